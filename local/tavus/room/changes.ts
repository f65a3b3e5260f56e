/** Tells whoever waits that something about a room has changed, and numbers the changes. */
export class RoomChanges {
  private readonly numbers = new Map<string, number>();
  private readonly waiting = new Map<string, (() => void)[]>();

  /** How many changes there have been. */
  number(conversationId: string): number {
    return this.numbers.get(conversationId) ?? 0;
  }

  announce(conversationId: string): void {
    this.numbers.set(conversationId, this.number(conversationId) + 1);
    const waiting = this.waiting.get(conversationId) ?? [];
    this.waiting.delete(conversationId);
    for (const wake of waiting) wake();
  }

  /** Calls `wake` once at the next change. */
  next(conversationId: string, wake: () => void): void {
    this.waiting.set(conversationId, [...(this.waiting.get(conversationId) ?? []), wake]);
  }
}
