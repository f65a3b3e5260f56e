/**
 * The messages between a page with daily-js in frame mode and the room inside the frame.
 *
 * Undocumented: read from the source of @daily-co/daily-js 0.92.2 and tried against it, 23 Nov 2026. Another
 * version may differ, so it is pinned exactly.
 */
const WHAT = 'iframe-call-message';

/** daily-js names the only instance of a recording by this when none is given (its documentation, Nov 2026). */
export const FIRST_INSTANCE = 'c3df927c-f738-4471-a2b7-066fa7e95a6b';

/** How the embedding page is reached, from the address that daily-js gave the frame. */
interface Embedding {
  readonly callClientId: string;
  readonly origin: string;
}

/** `undefined` when nobody embeds the room: opened directly, or framed by something other than daily-js. */
export function embeddingIn(search: string): Embedding | undefined {
  const query = new URLSearchParams(search);
  const callClientId = query.get('emb');
  const href = query.get('embHref');
  if (callClientId === null || href === null || !URL.canParse(href)) return undefined;
  const { origin } = new URL(href);
  // A page from a file has none that could be written to.
  return origin === 'null' ? undefined : { callClientId, origin };
}

/** A message of daily-js; the fields besides `action` are the method's arguments. */
export interface FrameMessage {
  readonly action: string;
  /** Present when daily-js waits for an answer: it has to carry the same stamp. */
  readonly callbackStamp?: string;
  readonly [field: string]: unknown;
}

/** A message for this room, or `undefined` for everything else that reaches the window. */
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

/** What goes to daily-js: an event by its own name, or an answer by its stamp. */
export type Outgoing = Readonly<Record<string, unknown>>;

export function addressed(message: Outgoing, { callClientId }: Embedding): Outgoing {
  return { ...message, what: WHAT, from: 'embedded', callClientId };
}

/** One person as daily-js shows it (`DailyParticipant` of its type definitions). */
export interface Person {
  readonly participant_id: string;
  readonly user_name: string;
}

/** The person is out; daily-js's `leave()` resolves with it. */
export const LEFT: Outgoing = { action: 'left-meeting' };

interface Media {
  readonly video: boolean;
  readonly audio: boolean;
}

/** Tracks themselves cannot leave the frame: only their states do. */
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
    // Guests may start recordings in Tavus's rooms: their own demo does (contradicted by Daily's pages).
    permissions: { hasPresence: true, canSend: true, canReceive: { base: true }, canAdmin: false },
    cam_info: {},
    screen_info: {},
  };
}

/**
 * The end that daily-js cannot survive: it shows the error and empties the frame.
 *
 * `left-meeting` follows it, which daily-js provides for (it keeps its state `error` then).
 */
export function fatal(type: 'ejected' | 'no-room' | 'not-allowed' | 'meeting-full', msg: string): Outgoing {
  return { action: 'error', errorMsg: msg, error: { type, msg } };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
