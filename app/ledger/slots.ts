import * as z from 'zod';
import type { Clock } from '../clock';
import { SLOTS, slotKey } from './rows';
import { LedgerUnavailable, readAll, type LedgerRow, type Store } from './store';

const slotRow = z.object({ start: z.string(), until: z.number() });

/** The start that holds a slot, and when the slot frees itself. A row that cannot be read counts as free. */
const readSlot = ({ value }: LedgerRow): z.output<typeof slotRow> =>
  slotRow.safeParse(value).data ?? { start: '', until: 0 };

const anyOf = (numbers: readonly number[]): number | undefined =>
  numbers[Math.floor(Math.random() * numbers.length)];

/**
 * Limits concurrent conversations across all replicas: one row per slot. A slot frees itself when its call must be over, so
 * that a crash does not block it for ever.
 */
export class Slots {
  /** @param cap undefined: no limit, and no row is read or written */
  constructor(
    private readonly store: Store,
    private readonly cap: number | undefined,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** The same slots in another store, such as one with a time limit. */
  on(store: Store): Slots {
    return new Slots(store, this.cap, this.clock);
  }

  /** All slot rows, for {@link take}. @throws LedgerUnavailable */
  async look(): Promise<readonly LedgerRow[]> {
    return this.cap === undefined ? [] : readAll(this.store, SLOTS);
  }

  /**
   * Takes a slot; returns false when none is free.
   *
   * @param seen result of {@link look}; read again when another start was faster
   * @throws LedgerUnavailable
   */
  async take(
    startId: string,
    holdMs: number,
    seen: Promise<readonly LedgerRow[]> = this.look(),
  ): Promise<boolean> {
    if (this.cap === undefined) return true;
    const now = this.clock.now();
    const value = { start: startId, until: now + holdMs };
    for (let rows = await seen; ; rows = await this.look()) {
      const taken = rows.filter((row) => readSlot(row).until > now);
      if (taken.length >= this.cap) return false;
      const keys = new Set(taken.map(({ key }) => key));
      const all = Array.from({ length: this.cap }, (_, index) => index + 1);
      // A random one, so that concurrent starts seldom collide.
      const number = anyOf(all.filter((one) => !keys.has(slotKey(one))));
      if (number === undefined) return false;
      const key = slotKey(number);
      const old = rows.find((row) => row.key === key);
      const written = await this.store.write(SLOTS, [
        old === undefined ? { kind: 'insert', key, value } : { kind: 'replace', key, value, etag: old.etag },
      ]);
      if (written === 'written') return true;
    }
  }

  /** Extends a start's slot. @throws LedgerUnavailable */
  async hold(startId: string, holdMs: number): Promise<void> {
    const row = await this.find(startId);
    if (row === undefined) return;
    const value = { start: startId, until: this.clock.now() + holdMs };
    // A conflict means that the slot expired and another start took it.
    await this.store.write(SLOTS, [{ kind: 'replace', key: row.key, value, etag: row.etag }]);
  }

  /** Frees a start's slot, if it has one. If the ledger is unavailable, the slot frees itself later. */
  async free(startId: string): Promise<void> {
    try {
      const row = await this.find(startId);
      if (row !== undefined)
        await this.store.write(SLOTS, [{ kind: 'delete', key: row.key, etag: row.etag }]);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }

  private async find(startId: string): Promise<LedgerRow | undefined> {
    return (await this.look()).find((row) => readSlot(row).start === startId);
  }
}
