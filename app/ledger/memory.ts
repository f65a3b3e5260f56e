import { setImmediate } from 'node:timers/promises';
import { checkWrites, checkKey, rowText } from './keys';
import type { Change, KeyRange, PartitionWrite, LedgerRow, RowValue, Store } from './store';

/** Rows to read before yielding to other work. */
const PAGE_ROWS = 1_000;

interface StoredRow {
  readonly text: string;
  readonly etag: string;
}

/** The rows of a partition by key. `sorted` caches the sorted keys until a row is added or removed. */
interface Partition {
  readonly rows: Map<string, StoredRow>;
  sorted: readonly string[] | undefined;
}

const byCodePoints = (one: string, other: string): number => (one < other ? -1 : 1);

/**
 * A ledger in memory, lost when the process ends. Not SQLite's `:memory:`, which would make the ledger writes of a start
 * several times slower (`npm run bench:start`).
 */
export const memoryStore = (): Store => new MemoryStore();

class MemoryStore implements Store {
  readonly #partitions = new Map<string, Partition>();
  #changes = 0;

  async write(partition: string, changes: readonly Change[]): Promise<'written' | 'conflict'> {
    return (await this.atOnce([{ partition, changes }])) ? 'written' : 'conflict';
  }

  async atOnce(writes: readonly PartitionWrite[]): Promise<boolean> {
    checkWrites(writes);
    const ready = writes.flatMap(({ partition, changes }) =>
      changes.map((change) => ({
        partition,
        change,
        text: change.kind === 'delete' ? '' : rowText(change.value),
      })),
    );
    if (!ready.every(({ partition, change }) => this.#isPossible(partition, change))) return false;
    for (const { partition, change, text } of ready) this.#apply(partition, change, text);
    return true;
  }

  async get(partition: string, key: string): Promise<LedgerRow | undefined> {
    checkKey('partition', partition);
    checkKey('key', key);
    const row = this.#partitions.get(partition)?.rows.get(key);
    return row === undefined ? undefined : toRow(partition, key, row);
  }

  async *rows(
    partition: string,
    { from = '', to, limit }: KeyRange = {},
  ): AsyncGenerator<readonly LedgerRow[]> {
    checkKey('partition', partition);
    const isIn = (key: string): boolean => key >= from && (to === undefined || key < to);
    const keys = this.#keysOf(partition).filter(isIn).slice(0, limit);
    for (let start = 0; start < keys.length; start += PAGE_ROWS) {
      if (start > 0) await setImmediate();
      const rows = this.#partitions.get(partition)?.rows;
      const page = keys.slice(start, start + PAGE_ROWS).flatMap((key) => {
        const row = rows?.get(key);
        return row === undefined ? [] : [toRow(partition, key, row)];
      });
      if (page.length > 0) yield page;
    }
  }

  async *partitions(prefix: string): AsyncGenerator<readonly LedgerRow[]> {
    const names = [...this.#partitions.keys()].filter((name) => name.startsWith(prefix));
    for (const name of names.toSorted(byCodePoints)) yield* this.rows(name);
  }

  within(): Store {
    return this;
  }

  async close(): Promise<void> {
    this.#partitions.clear();
  }

  #keysOf(name: string): readonly string[] {
    const partition = this.#partitions.get(name);
    if (partition === undefined) return [];
    partition.sorted ??= [...partition.rows.keys()].toSorted(byCodePoints);
    return partition.sorted;
  }

  #isPossible(partition: string, change: Change): boolean {
    const row = this.#partitions.get(partition)?.rows.get(change.key);
    if (change.kind === 'insert') return row === undefined;
    return change.etag === undefined || row?.etag === change.etag;
  }

  #apply(name: string, change: Change, text: string): void {
    const { key } = change;
    let partition = this.#partitions.get(name);
    if (change.kind === 'delete') {
      if (partition?.rows.delete(key) !== true) return;
      partition.sorted = undefined;
      if (partition.rows.size === 0) this.#partitions.delete(name);
      return;
    }
    if (partition === undefined) {
      partition = { rows: new Map(), sorted: undefined };
      this.#partitions.set(name, partition);
    }
    if (change.kind === 'insert') partition.sorted = undefined;
    this.#changes += 1;
    partition.rows.set(key, { text, etag: String(this.#changes) });
  }
}

function toRow(partition: string, key: string, { text, etag }: StoredRow): LedgerRow {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only objects are written
  return { partition, key, value: JSON.parse(text) as RowValue, etag };
}
