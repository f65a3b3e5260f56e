import { randomUUID } from 'node:crypto';
import { LEASE_KEY, WATCH } from '../ledger/rows';
import type { Change, Row, Store } from '../ledger/store';

/** How long a lease lasts after it was last renewed. It is renewed three times meanwhile. */
export const TERM_MS = 30_000;

/**
 * One of all replicas watches: the one whose name stands in the lease's row. It renews the row; another takes it only after
 * it has seen the same version for a whole term, by a clock of its own that nobody can set. Two may believe themselves the
 * holder for a moment: whatever a holder does must be harmless when it is done twice.
 */
export class Lease {
  private readonly holder = randomUUID();
  /** Since when it is ours. */
  private heldMs: number | undefined;
  /** Another's row, and since when it has not changed. */
  private other: { readonly etag: string; readonly sinceMs: number } | undefined;

  /** @param monotonicMs milliseconds that only ever grow */
  constructor(
    private readonly store: Store,
    private readonly monotonicMs: () => number,
  ) {}

  /** Whether this process watches. False from the end of its term on. */
  get isHeld(): boolean {
    return this.heldMs !== undefined && this.monotonicMs() - this.heldMs < TERM_MS;
  }

  /**
   * Renews the lease, or takes it if nobody has it.
   * @returns whether it is held now
   * @throws LedgerUnavailable
   */
  async renew(): Promise<boolean> {
    // Before the write: until its answer comes, time passes for everybody else too.
    const nowMs = this.monotonicMs();
    const row = await this.store.get(WATCH, LEASE_KEY);
    const isTaken = this.mayTake(row, nowMs) && (await this.write(row));
    this.heldMs = isTaken ? nowMs : undefined;
    return this.isHeld;
  }

  /** Lets another process take over at once. */
  async release(): Promise<void> {
    if (this.heldMs === undefined) return;
    this.heldMs = undefined;
    const row = await this.store.get(WATCH, LEASE_KEY);
    if (row === undefined || !this.isOurs(row)) return;
    await this.store.write(WATCH, [{ kind: 'delete', key: LEASE_KEY, etag: row.etag }]);
  }

  private isOurs({ value }: Row): boolean {
    return value['holder'] === this.holder;
  }

  private async write(row: Row | undefined): Promise<boolean> {
    const lease = { key: LEASE_KEY, value: { holder: this.holder } };
    const change: Change =
      row === undefined ? { kind: 'insert', ...lease } : { kind: 'replace', ...lease, etag: row.etag };
    return (await this.store.write(WATCH, [change])) === 'written';
  }

  private mayTake(row: Row | undefined, nowMs: number): boolean {
    if (row === undefined || this.isOurs(row)) return true;
    if (this.other?.etag !== row.etag) this.other = { etag: row.etag, sinceMs: nowMs };
    return nowMs - this.other.sinceMs >= TERM_MS;
  }
}
