/**
 * More conversations than a busy replica has in a day. Requests about a forgotten one count as unauthenticated until its
 * page sends its token.
 */
const MOST = 5000;

/** Conversations that this process started, or whose pages sent a valid token to it. Their ids cannot be guessed. */
export class RecentConversations {
  private readonly ids = new Set<string>();

  add(id: string): void {
    this.ids.add(id);
    if (this.ids.size <= MOST) return;
    const [oldest] = this.ids;
    if (oldest !== undefined) this.ids.delete(oldest);
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }
}
