import { randomBytes } from 'node:crypto';
import type { SimulatedConversation, Participant } from '../conversation';
import { BrowserFeed } from './feed';
import { enterRoom, exitRoom, type Join, type RoomContext } from './participants';
import type { Recorder } from './recorder';

/** One join through the room's page. */
export interface Session {
  /** Known to that page alone: it may send chunks, leave, and ask for news. */
  readonly token: string;
  readonly conversation: SimulatedConversation;
  readonly participant: Participant;
  readonly feeds: Map<string, BrowserFeed>;
}

/** A browser not heard of for this long has left the room (assumption). */
export const HEARTBEAT_MS = 10_000;

/** The browsers that sit in the rooms. Who is not heard of for {@link HEARTBEAT_MS} has left. */
export class Sessions {
  private readonly all = new Map<string, Session>();
  private readonly silence = new Map<string, () => void>();

  constructor(private readonly context: RoomContext & { readonly recorder: Recorder }) {}

  /** @throws ApiError when the room lets nobody in, or not without its token. */
  join(conversation: SimulatedConversation, join: Join): Session {
    const participant = enterRoom(this.context, conversation, join);
    const token = randomBytes(24).toString('base64url');
    const session: Session = { token, conversation, participant, feeds: new Map() };
    this.all.set(token, session);
    this.heard(session);
    return session;
  }

  find(conversationId: string, token: unknown): Session | undefined {
    const session = typeof token === 'string' ? this.all.get(token) : undefined;
    return session?.conversation.id === conversationId ? session : undefined;
  }

  /** A sign of life. */
  heard(session: Session): void {
    this.silence.get(session.token)?.();
    const gone = this.context.clock.after(HEARTBEAT_MS, () => this.leave(session));
    this.silence.set(session.token, gone);
  }

  /** Whoever leaves can send nothing more; the recording ends only with a stop or with the room (documented). */
  leave(session: Session): void {
    this.silence.get(session.token)?.();
    this.silence.delete(session.token);
    this.all.delete(session.token);
    for (const feed of session.feeds.values()) feed.close();
    const { conversation, participant } = session;
    if (conversation.status === 'active') exitRoom(this.context, conversation, participant.participant_id);
  }

  /** `startRecording()` of daily-js in that browser: the camera and microphone there are what is recorded. */
  async startRecording(session: Session, instanceId: string): Promise<void> {
    const { conversation, feeds, participant } = session;
    const before = feeds.get(instanceId);
    const feed = new BrowserFeed(this.context.clock);
    // In place before the room is told: the first chunk may follow at once.
    feeds.set(instanceId, feed);
    const begun = await this.context.recorder.start(
      conversation,
      participant.participant_id,
      instanceId,
      feed,
    );
    if (begun) return;
    // A second start of a running instance was refused: the first one goes on.
    if (before === undefined) feeds.delete(instanceId);
    else feeds.set(instanceId, before);
  }
}
