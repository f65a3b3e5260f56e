import { ApiError } from './api-error';
import type { SimulatedConversation } from './conversation';
import { TEXT } from './vendor';

/** All conversations of this run, in the order of their creation. */
export class Conversations {
  private readonly all = new Map<string, SimulatedConversation>();

  add(conversation: SimulatedConversation): void {
    this.all.set(conversation.id, conversation);
  }

  /** For the room's page and the control routes: of any API key, and also when deleted. */
  inRoom(id: string): SimulatedConversation | undefined {
    return this.all.get(id);
  }

  /**
   * For the API. A conversation of another key is unknown (assumption).
   *
   * @throws ApiError 400, never 404, if it is unknown (documented).
   */
  get(apiKey: string, id: string): SimulatedConversation {
    const found = this.all.get(id);
    if (found === undefined || found.apiKey !== apiKey || found.deleted) {
      throw new ApiError(400, { error: TEXT.conversation });
    }
    return found;
  }

  /** Newest first (assumption). */
  list(apiKey: string, status: string | undefined): SimulatedConversation[] {
    return [...this.all.values()]
      .filter((one) => one.apiKey === apiKey && !one.deleted)
      .filter((one) => status === undefined || one.status === status)
      .toReversed();
  }

  /** The number of a key's active conversations, which count for `maxConcurrent`. */
  slotsTaken(apiKey: string): number {
    return this.list(apiKey, 'active').filter((one) => !one.testMode).length;
  }
}
