/**
 * The `what` of all messages between a page with daily-js and the room in its frame.
 *
 * The protocol is not documented. It was read from the source of @daily-co/daily-js 0.92.2 and tested with it on
 * 23 Nov 2026. Other versions may differ, so the version is pinned.
 */
const WHAT = 'iframe-call-message';

/** daily-js's instance id for a recording without an explicit one (its documentation, Nov 2026). */
export const DEFAULT_INSTANCE_ID = 'c3df927c-f738-4471-a2b7-066fa7e95a6b';

/** The page that embeds the room. daily-js puts these values into the frame's URL. */
interface Embedding {
  readonly callClientId: string;
  readonly origin: string;
}

/** Returns `undefined` if daily-js does not embed the room. */
export function embeddingIn(search: string): Embedding | undefined {
  const query = new URLSearchParams(search);
  const callClientId = query.get('emb');
  const href = query.get('embHref');
  if (callClientId === null || href === null || !URL.canParse(href)) return undefined;
  const { origin } = new URL(href);
  // The page is a local file, and messages cannot be sent to its origin.
  return origin === 'null' ? undefined : { callClientId, origin };
}

/** A message from daily-js. The other fields are the arguments of the method. */
export interface FrameMessage {
  readonly action: string;
  /** Present if daily-js waits for an answer, which must have the same stamp. */
  readonly callbackStamp?: string;
  readonly [field: string]: unknown;
}

/** Returns `undefined` if the message is not from the embedding page's daily-js. */
export function readMessage(data: unknown, { callClientId }: Embedding): FrameMessage | undefined {
  if (!isRecord(data) || data['what'] !== WHAT || data['from'] !== 'module') return undefined;
  const { action, callbackStamp, ...fields } = data;
  if (data['callClientId'] !== callClientId || typeof action !== 'string') return undefined;
  return {
    ...fields,
    action,
    ...(typeof callbackStamp === 'string' ? { callbackStamp } : {}),
  };
}

/** A message to daily-js: an event with its name in `action`, or an answer with its stamp. */
export type Outgoing = Readonly<Record<string, unknown>>;

export function addressed(message: Outgoing, { callClientId }: Embedding): Outgoing {
  return { ...message, what: WHAT, from: 'embedded', callClientId };
}

export interface Person {
  readonly participant_id: string;
  readonly user_name: string;
}

/** The person has left. Resolves daily-js's `leave()`. */
export const LEFT: Outgoing = { action: 'left-meeting' };

interface Media {
  readonly video: boolean;
  readonly audio: boolean;
}

/** A `DailyParticipant` of daily-js. Contains the states of the tracks, which themselves stay in the frame. */
export function participant({ participant_id, user_name }: Person, media: Media, local: boolean): Outgoing {
  const track = (on: boolean): object =>
    on ? { subscribed: true, state: 'playable' } : { subscribed: true, state: 'off', off: { byUser: true } };
  return {
    session_id: participant_id,
    user_id: participant_id,
    user_name,
    local,
    owner: false,
    record: false,
    video: media.video,
    audio: media.audio,
    screen: false,
    tracks: {
      video: track(media.video),
      audio: track(media.audio),
      screenVideo: track(false),
      screenAudio: track(false),
    },
    // Tavus's demo starts recordings as a guest, although Daily's documentation says that guests may not.
    permissions: { hasPresence: true, canSend: true, canReceive: { base: true }, canAdmin: false },
    cam_info: {},
    screen_info: {},
  };
}

/**
 * An error that ends the call: daily-js reports it and empties the frame.
 *
 * {@link LEFT} may follow; daily-js then keeps its state `error`.
 */
export function fatal(type: 'ejected' | 'no-room' | 'not-allowed' | 'meeting-full', msg: string): Outgoing {
  return { action: 'error', errorMsg: msg, error: { type, msg } };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
