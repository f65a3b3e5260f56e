/** What a row holds: JSON of at most {@link MOST_ROW_CHARS} characters, of which one outside ASCII counts as six. */
export type RowValue = Readonly<Record<string, unknown>>;

/** A row, found by its partition and, within it, by its key. Both are sorted by their code points. */
export interface Row {
  readonly partition: string;
  readonly key: string;
  readonly value: RowValue;
  /** Names this version of the row; another one after each change. */
  readonly etag: string;
}

export type Change =
  | { readonly kind: 'insert'; readonly key: string; readonly value: RowValue }
  | { readonly kind: 'replace'; readonly key: string; readonly value: RowValue; readonly etag: string }
  /** Without an ETag any version is deleted, and a missing row is fine. With one it must be the only change. */
  | { readonly kind: 'delete'; readonly key: string; readonly etag?: string };

/** Changes to one partition, all or none. */
export interface PartitionWrite {
  readonly partition: string;
  readonly changes: readonly Change[];
}

/** Azure Tables keeps 32,768 UTF-16 code units in a text (documented, read 2026-11-28); the rest is room for what we add. */
export const MOST_ROW_CHARS = 30_000;

/** Azure Tables takes no more changes at once (documented, read 2026-11-28). */
export const MOST_CHANGES = 100;

/** And no more than 4 MiB (documented, read 2026-11-28); a quotation mark takes two bytes on the way. */
export const MOST_BATCH_CHARS = 1_200_000;

/** Keys that are read: `from` is the first, `to` the first that is not. */
export interface KeyRange {
  readonly from?: string;
  readonly to?: string;
  /** Rows that are read at most. @default all */
  readonly limit?: number;
}

/**
 * A sorted key-value store: what the ledger needs of a database, and no more. Every call rejects with
 * {@link LedgerUnavailable} when the store cannot be reached or does not answer in time; then a change may or may not have
 * been made, and making it again does no harm.
 */
export interface Store {
  /**
   * Makes all changes to one partition, or none.
   *
   * A change that was made although its answer was lost counts as made, and so does a delete with an ETag after whose lost
   * answer the row is gone.
   * @param changes 1 to {@link MOST_CHANGES}, at most one per key
   * @returns `conflict` when a row to insert exists already, or a row with an ETag has changed or is gone
   * @throws Error for keys, values or numbers that no ledger takes: a mistake of the caller, see `checkChanges`
   */
  write(partition: string, changes: readonly Change[]): Promise<'written' | 'conflict'>;
  /**
   * Makes all changes to several partitions, or none: for a store that can. See `writeStages`.
   *
   * @param writes at most one per partition
   * @returns false: one would be a conflict, so none was made
   */
  atOnce?(writes: readonly PartitionWrite[]): Promise<boolean>;
  get(partition: string, key: string): Promise<Row | undefined>;
  /** The rows of a partition in order, some at a time; none is empty. */
  rows(partition: string, range?: KeyRange): AsyncIterable<readonly Row[]>;
  /** The rows of all partitions whose names begin so, in order, some at a time; none is empty. */
  partitions(prefix: string): AsyncIterable<readonly Row[]>;
  /**
   * The same store with one time limit for all calls made through it together.
   *
   * @param ms from now on. @default each call has {@link DEFAULT_BUDGET_MS} of its own, and each page of a long read
   */
  within(ms: number): Store;
  close(): Promise<void>;
}

/** What a call may take, with all its retries, where nothing else is said. */
export const DEFAULT_BUDGET_MS = 3_000;

/** The store cannot be reached, does not answer in time, or refuses. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** All rows of a partition: for one that is known to be small. */
export async function readAll(store: Store, partition: string, range?: KeyRange): Promise<readonly Row[]> {
  const pages: Row[] = [];
  for await (const page of store.rows(partition, range)) pages.push(...page);
  return pages;
}
