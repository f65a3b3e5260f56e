/** Counts the changes of each room, and notifies waiting requests of the next one. */
export class RoomChanges {
  private readonly counts = new Map<string, number>();
  private readonly waiting = new Map<string, (() => void)[]>();

  /** The number of changes so far. */
  count(conversationId: string): number {
    return this.counts.get(conversationId) ?? 0;
  }

  announce(conversationId: string): void {
    this.counts.set(conversationId, this.count(conversationId) + 1);
    const waiting = this.waiting.get(conversationId) ?? [];
    this.waiting.delete(conversationId);
    for (const wake of waiting) wake();
  }

  /** Calls `wake` once at the next change. */
  next(conversationId: string, wake: () => void): void {
    this.waiting.set(conversationId, [...(this.waiting.get(conversationId) ?? []), wake]);
  }
}
