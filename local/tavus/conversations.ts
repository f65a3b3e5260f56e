import { ApiError } from './api-error';
import type { Clock } from './clock';
import type { Conversation } from './conversation';
import type { Switches } from './switches';
import { TEXT } from './vendor';

/** All conversations of this run, in the order of their creation. */
export class Conversations {
  private readonly all = new Map<string, Conversation>();

  constructor(
    private readonly clock: Clock,
    private readonly switches: Switches,
  ) {}

  add(conversation: Conversation): void {
    this.all.set(conversation.id, conversation);
  }

  /** By the room's id alone, deleted ones too: for the control routes. */
  inRoom(id: string): Conversation | undefined {
    return this.all.get(id);
  }

  /**
   * As the API sees it. Another key's conversation is unknown (assumption).
   *
   * @throws ApiError 400, never 404, for one it does not know (documented).
   */
  get(apiKey: string, id: string): Conversation {
    const found = this.all.get(id);
    if (found === undefined || found.apiKey !== apiKey || found.deleted) {
      throw new ApiError(400, { error: TEXT.conversation });
    }
    return found;
  }

  /** Newest first (assumption). */
  list(apiKey: string, status: string | undefined): Conversation[] {
    return [...this.all.values()]
      .filter((one) => one.apiKey === apiKey && !one.deleted)
      .filter((one) => status === undefined || one.status === status)
      .toReversed();
  }

  /** Slots taken by one key: active conversations, and ended ones for as long as `slotReleaseMs` says. */
  slotsTaken(apiKey: string): number {
    const freedBefore = this.clock.now() - this.switches.slotReleaseMs;
    return [...this.all.values()].filter(
      (one) =>
        one.apiKey === apiKey &&
        !one.testMode &&
        (one.status === 'active' || (this.switches.slotReleaseMs > 0 && one.updatedAtMs > freedBefore)),
    ).length;
  }
}
