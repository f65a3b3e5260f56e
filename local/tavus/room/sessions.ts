import { randomBytes } from 'node:crypto';
import type { SimulatedConversation, Participant } from '../conversation';
import { BrowserFeed } from './feed';
import { joinRoom, leaveRoom, type JoinRequest, type RoomContext } from './participants';
import type { Recorder } from './recorder';

/** One join of the room's page. */
export interface Session {
  /** Authenticates the page's requests. No other page knows it. */
  readonly token: string;
  readonly conversation: SimulatedConversation;
  readonly participant: Participant;
  readonly feeds: Map<string, BrowserFeed>;
}

/** A browser that sends no request for this long has left the room (assumption). */
export const HEARTBEAT_MS = 10_000;

/** The sessions of the browsers in the rooms. Each ends after {@link HEARTBEAT_MS} without a request. */
export class Sessions {
  private readonly all = new Map<string, Session>();
  private readonly timeouts = new Map<string, () => void>();

  constructor(private readonly context: RoomContext & { readonly recorder: Recorder }) {}

  /** @throws ApiError as {@link joinRoom}. */
  join(conversation: SimulatedConversation, join: JoinRequest): Session {
    const participant = joinRoom(this.context, conversation, join);
    const token = randomBytes(24).toString('base64url');
    const session: Session = { token, conversation, participant, feeds: new Map() };
    this.all.set(token, session);
    this.heartbeat(session);
    return session;
  }

  find(conversationId: string, token: unknown): Session | undefined {
    const session = typeof token === 'string' ? this.all.get(token) : undefined;
    return session?.conversation.id === conversationId ? session : undefined;
  }

  /** Restarts the session's timeout. */
  heartbeat(session: Session): void {
    this.timeouts.get(session.token)?.();
    const cancel = this.context.clock.after(HEARTBEAT_MS, () => this.leave(session));
    this.timeouts.set(session.token, cancel);
  }

  /** Ends the session. Its recordings continue until a stop or the end of the room (documented), without new chunks. */
  leave(session: Session): void {
    this.timeouts.get(session.token)?.();
    this.timeouts.delete(session.token);
    this.all.delete(session.token);
    for (const feed of session.feeds.values()) feed.close();
    const { conversation, participant } = session;
    if (conversation.status === 'active') leaveRoom(this.context, conversation, participant.participant_id);
  }

  /** daily-js's `startRecording()` in the session's browser, whose camera and microphone are recorded. */
  async startRecording(session: Session, instanceId: string): Promise<void> {
    const { conversation, feeds, participant } = session;
    const previous = feeds.get(instanceId);
    const feed = new BrowserFeed(this.context.clock);
    // Set before the room's event, because the first chunk may follow at once.
    feeds.set(instanceId, feed);
    const isStarted = await this.context.recorder.start(
      conversation,
      participant.participant_id,
      instanceId,
      feed,
    );
    if (isStarted) return;
    // A second start of a running instance is refused, and the first recording continues.
    if (previous === undefined) feeds.delete(instanceId);
    else feeds.set(instanceId, previous);
  }
}
