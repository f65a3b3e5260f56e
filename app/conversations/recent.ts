/** More than a busy replica holds in a day. One that is forgotten counts as a stranger's until its page shows its token. */
const MOST = 5000;

/** Conversations that this process has started, or whose pages have proven themselves to it: nobody can guess their ids. */
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
