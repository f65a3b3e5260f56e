import { randomBytes } from 'node:crypto';
import type { Conversation, Participant } from '../conversation';
import type { World } from '../world';
import { enterRoom, exitRoom } from './doors';
import { BrowserFeed } from './feed';
import type { Join } from './participants';

/** One join through the room's page. */
export interface Session {
  /** Known to that page alone: it may send chunks, leave, and ask for news. */
  readonly token: string;
  readonly conversation: Conversation;
  readonly participant: Participant;
  readonly feeds: Map<string, BrowserFeed>;
  /** The page was told, or is about to be told, to behave like a closed tab. */
  closeTab: boolean;
}

/** The browsers that sit in the rooms. Who is not heard of for `roomHeartbeatMs` has left. */
export class Sessions {
  private readonly all = new Map<string, Session>();
  private readonly silence = new Map<string, () => void>();
  private readonly networkLostUntil = new Map<string, number>();

  constructor(private readonly world: Omit<World, 'sessions'>) {}

  /** @throws ApiError when the room lets nobody in, or not without its token. */
  async join(conversation: Conversation, join: Join): Promise<Session> {
    const participant = await enterRoom(this.world, conversation, join);
    const token = randomBytes(24).toString('base64url');
    const session: Session = { token, conversation, participant, feeds: new Map(), closeTab: false };
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
    const { clock, settings } = this.world;
    const gone = clock.after(settings.switches.roomHeartbeatMs, () => this.leave(session));
    this.silence.set(session.token, gone);
  }

  /** Whoever leaves can send nothing more; the recording ends only with a stop or with the room (documented). */
  leave(session: Session): void {
    this.silence.get(session.token)?.();
    this.silence.delete(session.token);
    this.all.delete(session.token);
    for (const feed of session.feeds.values()) feed.close();
    const { conversation, participant } = session;
    if (conversation.status === 'active') exitRoom(this.world, conversation, participant.participant_id);
  }

  /** `startRecording()` of daily-js in that browser: the camera and microphone there are what is recorded. */
  async startRecording(session: Session, instanceId: string): Promise<void> {
    const { conversation, feeds, participant } = session;
    const before = feeds.get(instanceId);
    const feed = new BrowserFeed(this.world.clock);
    // In place before the room is told: the first chunk may follow at once.
    feeds.set(instanceId, feed);
    const begun = await this.world.recorder.start(conversation, participant.participant_id, instanceId, feed);
    if (begun) return;
    // A second start of a running instance was refused: the first one goes on.
    if (before === undefined) feeds.delete(instanceId);
    else feeds.set(instanceId, before);
  }

  /** For so long the pages of this room reach the simulator no more than if the line were cut. */
  loseNetwork(conversation: Conversation, ms: number): void {
    this.networkLostUntil.set(conversation.id, this.world.clock.now() + ms);
    this.world.bell.ring(conversation.id);
  }

  isNetworkLost(conversationId: string): boolean {
    return (this.networkLostUntil.get(conversationId) ?? 0) > this.world.clock.now();
  }

  /** Makes every page in the room go away as a closed tab does. */
  closeTabs(conversation: Conversation): void {
    for (const session of this.all.values()) {
      if (session.conversation === conversation) session.closeTab = true;
    }
    this.world.bell.ring(conversation.id);
  }
}
