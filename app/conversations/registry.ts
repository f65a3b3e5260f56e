import type { CallbackPayload } from '../callbacks/payload';
import type { RecordingFacts } from './recording-state';

/** What this process knows about a conversation. All of it can be had again from Tavus, but for the page's reports. */
export interface Conversation {
  readonly id: string;
  /** Undefined when another process started it and it has no callback address. */
  startId: string | undefined;
  facts: RecordingFacts;
  isEnded: boolean;
  /** Callbacks that were seen, so that a duplicate is not logged twice. Most conversations wait long for their first. */
  seen?: Set<string>;
}

/** A start under way: its callbacks may come before its answer. */
export interface PendingStart {
  readonly early: CallbackPayload[];
}

/** More than a busy replica holds in a day; a forgotten one is asked for at Tavus again. */
const MOST_CONVERSATIONS = 5000;

/** A conversation has about six callbacks; before its create call is answered, hardly one. */
const MOST_EARLY = 32;

/** Conversations by their id and by the start that made them. In memory: one replica, one process. */
export class Registry {
  private readonly byId = new Map<string, Conversation>();
  private readonly byStart = new Map<string, Conversation | PendingStart>();

  /** Announces a start, before Tavus is asked. */
  expect(startId: string): void {
    this.byStart.set(startId, { early: [] });
  }

  /** Forgets a start that came to nothing. */
  giveUp(startId: string): void {
    this.byStart.delete(startId);
  }

  /** Connects a start with its conversation, and answers the callbacks that were early. */
  bind(startId: string, conversationId: string): { conversation: Conversation; early: CallbackPayload[] } {
    const pending = this.byStart.get(startId);
    const conversation = this.adopt(conversationId, startId);
    return { conversation, early: pending !== undefined && 'early' in pending ? pending.early : [] };
  }

  /** Takes in a conversation that this process did not start, or does not know any more. */
  adopt(conversationId: string, startId: string | undefined): Conversation {
    const known = this.byId.get(conversationId);
    if (known !== undefined) {
      known.startId ??= startId;
      if (startId !== undefined) this.byStart.set(startId, known);
      return known;
    }
    const conversation: Conversation = {
      id: conversationId,
      startId,
      facts: {},
      isEnded: false,
    };
    this.byId.set(conversationId, conversation);
    if (startId !== undefined) this.byStart.set(startId, conversation);
    this.forgetOldest();
    return conversation;
  }

  find(conversationId: string): Conversation | undefined {
    return this.byId.get(conversationId);
  }

  findStart(startId: string): Conversation | PendingStart | undefined {
    return this.byStart.get(startId);
  }

  /** Keeps a callback for a start under way. */
  keepEarly(pending: PendingStart, payload: CallbackPayload): void {
    if (pending.early.length < MOST_EARLY) pending.early.push(payload);
  }

  private forgetOldest(): void {
    if (this.byId.size <= MOST_CONVERSATIONS) return;
    const [oldest] = this.byId.values();
    if (oldest === undefined) return;
    this.byId.delete(oldest.id);
    if (oldest.startId !== undefined) this.byStart.delete(oldest.startId);
  }
}
