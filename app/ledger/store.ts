/** A row's value: JSON of at most {@link MOST_ROW_CHARS} characters; one outside ASCII counts as six. */
export type RowValue = Readonly<Record<string, unknown>>;

/** A row, identified by partition and key. Both sort by code points. */
export interface LedgerRow {
  readonly partition: string;
  readonly key: string;
  readonly value: RowValue;
  /** Version of the row; changes with each write. */
  readonly etag: string;
}

export type Change =
  | { readonly kind: 'insert'; readonly key: string; readonly value: RowValue }
  | { readonly kind: 'replace'; readonly key: string; readonly value: RowValue; readonly etag: string }
  /** Without an ETag deletes any version and ignores a missing row. With one it must be the only change. */
  | { readonly kind: 'delete'; readonly key: string; readonly etag?: string };

/** Changes to one partition, atomic. */
export interface PartitionWrite {
  readonly partition: string;
  readonly changes: readonly Change[];
}

/** Azure Tables stores 32,768 UTF-16 code units per text (documented, read 2026-11-28); the rest is reserve. */
export const MOST_ROW_CHARS = 30_000;

/** Azure Tables' limit per transaction (documented, read 2026-11-28). */
export const MOST_CHANGES = 100;

/**
 * Azure Tables' limit is 4 MiB per transaction (documented, read 2026-11-28); a quotation mark takes two bytes on the wire.
 */
export const MOST_BATCH_CHARS = 1_200_000;

/** Range of keys: `from` inclusive, `to` exclusive. */
export interface KeyRange {
  readonly from?: string;
  readonly to?: string;
  /** Maximum number of rows. @default all */
  readonly limit?: number;
}

/**
 * A sorted key-value store: what the ledger needs of a database. Every call rejects with {@link LedgerUnavailable} when the
 * store cannot be reached or does not answer in time; a change may then have been made or not, and repeating it is safe.
 */
export interface Store {
  /**
   * Makes all changes to one partition, or none.
   *
   * When the answer to a change is lost and a retry finds it made, the result is `written`. The same holds for a delete
   * with an ETag when the retry finds the row gone.
   * @param changes 1 to {@link MOST_CHANGES}, at most one per key
   * @returns `conflict` when a row to insert exists already, or a row with an ETag has changed or is gone
   * @throws Error for invalid keys, values or numbers of changes, see `checkChanges`
   */
  write(partition: string, changes: readonly Change[]): Promise<'written' | 'conflict'>;
  /**
   * Makes all changes to several partitions, or none. Optional. See `writeStages`.
   *
   * @param writes at most one per partition
   * @returns false when a change conflicts; then none was made
   */
  atOnce?(writes: readonly PartitionWrite[]): Promise<boolean>;
  get(partition: string, key: string): Promise<LedgerRow | undefined>;
  /** The rows of a partition in order, in non-empty pages. */
  rows(partition: string, range?: KeyRange): AsyncIterable<readonly LedgerRow[]>;
  /** The rows of all partitions with a prefix, in order, in non-empty pages. */
  partitions(prefix: string): AsyncIterable<readonly LedgerRow[]>;
  /**
   * The same store with one time limit shared by all calls through it. Without it, each call and each page of a long read
   * has {@link DEFAULT_BUDGET_MS}.
   *
   * @param ms from now
   */
  within(ms: number): Store;
  close(): Promise<void>;
}

/** Default time limit of a call with all its retries. */
export const DEFAULT_BUDGET_MS = 3_000;

/** The store cannot be reached, does not answer in time, or refuses. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** All rows of a small partition. */
export async function readAll(
  store: Store,
  partition: string,
  range?: KeyRange,
): Promise<readonly LedgerRow[]> {
  const pages: LedgerRow[] = [];
  for await (const page of store.rows(partition, range)) pages.push(...page);
  return pages;
}
