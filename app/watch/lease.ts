import { randomUUID } from 'node:crypto';
import { LEASE_KEY, WATCH } from '../ledger/rows';
import type { Change, LedgerRow, Store } from '../ledger/store';

/** Term of a lease after its last renewal. It is renewed three times per term. */
export const TERM_MS = 30_000;

/**
 * Elects the replica that watches: the holder in the lease's row. The holder renews the row. Another replica takes it over
 * only after it has seen the same version for a whole term on its own monotonic clock. For a moment two replicas may both
 * believe that they hold the lease, so all work of the holder must be idempotent.
 */
export class Lease {
  private readonly holder = randomUUID();
  /** When we last took or renewed it. */
  private heldMs: number | undefined;
  /** Version of another replica's row, and since when we have seen it. */
  private other: { readonly etag: string; readonly sinceMs: number } | undefined;

  /** @param monotonicMs monotonic milliseconds */
  constructor(
    private readonly store: Store,
    private readonly monotonicMs: () => number,
  ) {}

  /** Whether this process holds the lease. False after its term. */
  get isHeld(): boolean {
    return this.heldMs !== undefined && this.monotonicMs() - this.heldMs < TERM_MS;
  }

  /**
   * Renews the lease, or takes a free one.
   * @returns whether we hold it
   * @throws LedgerUnavailable
   */
  async renew(): Promise<boolean> {
    // Before the write: for the other replicas the term starts with the write, not with its answer.
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

  private isOurs({ value }: LedgerRow): boolean {
    return value['holder'] === this.holder;
  }

  private async write(row: LedgerRow | undefined): Promise<boolean> {
    const lease = { key: LEASE_KEY, value: { holder: this.holder } };
    const change: Change =
      row === undefined ? { kind: 'insert', ...lease } : { kind: 'replace', ...lease, etag: row.etag };
    return (await this.store.write(WATCH, [change])) === 'written';
  }

  private mayTake(row: LedgerRow | undefined, nowMs: number): boolean {
    if (row === undefined || this.isOurs(row)) return true;
    if (this.other?.etag !== row.etag) this.other = { etag: row.etag, sinceMs: nowMs };
    return nowMs - this.other.sinceMs >= TERM_MS;
  }
}
