import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { checkWrites, checkKey, endOfPrefix, rowText } from './keys';
import {
  LedgerUnavailable,
  type Change,
  type KeyRange,
  type LedgerRow,
  type RowValue,
  type Store,
  type PartitionWrite,
} from './store';

/** Rows to read before yielding to other work. */
const PAGE_ROWS = 1_000;

/** How long a call waits while another process, such as the command line, locks the file. */
const BUSY_MS = 5_000;

/** Sorts after every key, because keys are ASCII. */
const AFTER_ALL = '\u{7f}';

/** Without ROWID the rows of a partition are stored together, sorted by key, so that reading a page is one tree walk. */
export const ROWS_TABLE = `CREATE TABLE rows (
  partition TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, etag TEXT NOT NULL,
  PRIMARY KEY (partition, key)
) WITHOUT ROWID, STRICT`;

/** Opens a database. Suppresses the warning that Node 22 prints when it loads the module. */
export function openDatabase(location: string): DatabaseSync {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    return new DatabaseSync(location, { timeout: BUSY_MS });
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** An error of SQLite: a full disk, a locked or a damaged file. */
export interface SqliteError extends Error {
  readonly errcode: number;
}

export const isSqliteError = (error: unknown): error is SqliteError =>
  typeof error === 'object' && error !== null && 'errcode' in error;

interface StoredRow {
  readonly partition: string;
  readonly key: string;
  readonly value: string;
  readonly etag: string;
}

function toRow({ partition, key, value, etag }: StoredRow): LedgerRow {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only objects are written
  return { partition, key, value: JSON.parse(value) as RowValue, etag };
}

/** Called around database calls. */
export interface SqliteHooks {
  /** Called before each database call. @throws LedgerUnavailable when the file is no longer ours */
  readonly check?: () => void;
  readonly close?: () => void;
}

/** The store in a SQLite file. Its calls block while the disk works. */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #hooks: SqliteHooks;
  readonly #opened = randomUUID();
  #changes = 0;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #insert: StatementSync;
  readonly #replace: StatementSync;
  readonly #delete: StatementSync;
  readonly #get: StatementSync;
  readonly #rows: StatementSync;
  readonly #partitions: StatementSync;

  /** @param database with {@link ROWS_TABLE} in it */
  constructor(database: DatabaseSync, hooks: SqliteHooks = {}) {
    this.#database = database;
    this.#hooks = hooks;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    const columns = 'SELECT partition, key, value, etag FROM rows';
    this.#insert = database.prepare(
      'INSERT INTO rows (partition, key, value, etag) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#replace = database.prepare(
      'UPDATE rows SET value = ?, etag = ? WHERE partition = ? AND key = ? AND etag = ?',
    );
    this.#delete = database.prepare(
      'DELETE FROM rows WHERE partition = ? AND key = ? AND etag = coalesce(?, etag)',
    );
    this.#get = database.prepare(`${columns} WHERE partition = ? AND key = ?`);
    this.#rows = database.prepare(
      `${columns} WHERE partition = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?`,
    );
    this.#partitions = database.prepare(
      `${columns} WHERE (partition, key) > (?, ?) AND partition < ? ORDER BY partition, key LIMIT ?`,
    );
  }

  async write(partition: string, changes: readonly Change[]): Promise<'written' | 'conflict'> {
    return (await this.atOnce([{ partition, changes }])) ? 'written' : 'conflict';
  }

  async atOnce(writes: readonly PartitionWrite[]): Promise<boolean> {
    checkWrites(writes);
    return this.#call(() => {
      this.#begin.run();
      const isWritten = writes.every(({ partition, changes }) =>
        changes.every((change) => this.#apply(partition, change)),
      );
      if (isWritten) this.#commit.run();
      else this.#database.exec('ROLLBACK');
      return isWritten;
    });
  }

  async get(partition: string, key: string): Promise<LedgerRow | undefined> {
    checkKey('partition', partition);
    checkKey('key', key);
    return this.#call(() => this.#read(this.#get, partition, key)[0]);
  }

  rows(
    partition: string,
    { from = '', to = AFTER_ALL, limit = Infinity }: KeyRange = {},
  ): AsyncIterable<readonly LedgerRow[]> {
    checkKey('partition', partition);
    return this.#pages(limit, (last, most) => {
      // The first possible key after the last one: `-` sorts before all other characters of a key.
      const next = last === undefined ? from : `${last.key}-`;
      return this.#read(this.#rows, partition, next, to, most);
    });
  }

  partitions(prefix: string): AsyncIterable<readonly LedgerRow[]> {
    const end = endOfPrefix(prefix) ?? AFTER_ALL;
    return this.#pages(Infinity, (last, most) => {
      const after = last === undefined ? [prefix, ''] : [last.partition, last.key];
      return this.#read(this.#partitions, ...after, end, most);
    });
  }

  within(): Store {
    // Calls are synchronous, so a time limit has no effect.
    return this;
  }

  async close(): Promise<void> {
    this.#hooks.close?.();
    this.#database.close();
  }

  #apply(partition: string, change: Change): boolean {
    const { key } = change;
    if (change.kind === 'delete') {
      const { changes } = this.#delete.run(partition, key, change.etag ?? null);
      return changes === 1 || change.etag === undefined;
    }
    const text = rowText(change.value);
    if (change.kind === 'insert') return this.#insert.run(partition, key, text, this.#etag()).changes === 1;
    return this.#replace.run(text, this.#etag(), partition, key, change.etag).changes === 1;
  }

  /** Unique across processes: a random part per opened store and a counter, because a random one per row would be slow. */
  #etag(): string {
    this.#changes += 1;
    return `${this.#opened}-${this.#changes}`;
  }

  #read(statement: StatementSync, ...parameters: readonly (number | string)[]): readonly LedgerRow[] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what each of our statements selects
    return (statement.all(...parameters) as unknown as readonly StoredRow[]).map(toRow);
  }

  async *#pages(
    limit: number,
    read: (last: LedgerRow | undefined, most: number) => readonly LedgerRow[],
  ): AsyncGenerator<readonly LedgerRow[]> {
    let last: LedgerRow | undefined;
    let left = limit;
    while (left > 0) {
      const after = last;
      const most = Math.min(PAGE_ROWS, left);
      const page = this.#call(() => read(after, most));
      if (page.length > 0) yield page;
      if (page.length < PAGE_ROWS) return;
      left -= page.length;
      last = page.at(-1);
      // Yields between pages, so that requests are served during a long read.
      await setImmediate();
    }
  }

  #call<T>(run: () => T): T {
    this.#hooks.check?.();
    try {
      return run();
    } catch (error) {
      if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK');
      if (isSqliteError(error))
        throw new LedgerUnavailable(`The ledger file: ${error.message}.`, { cause: error });
      throw error;
    }
  }
}
