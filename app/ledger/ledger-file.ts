import { randomUUID } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { formatValue, problem, ProblemsError, type ProblemParts } from '../../contract/problem';
import { systemClock, type Clock } from '../clock';
import { HeldByAnother, HOLDER_TABLE, holdFile } from './file-holder';
import { fileSystemOf } from './file-system';
import {
  isSqliteError,
  openDatabase,
  ROWS_TABLE,
  SqliteStore,
  type SqliteError,
  type SqliteHooks,
} from './sqlite';
import type { Store } from './store';

/** Marks a SQLite file as a ledger: "tvsL" as a number. */
const APPLICATION_ID = 0x7476734c;

/** Version of the tables; increase it when they change. */
const TABLES_VERSION = 1;

/** SQLite's result codes (sqlite.org/rescode.html, read 2026-11-28). */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Who opens a ledger. `backend`: has the file exclusively. `command-line`: may run beside a backend. */
export type LedgerUser = 'backend' | 'command-line';

export interface LedgerFileOptions {
  readonly user: LedgerUser;
  /** Receives warnings about settings that may be unintended. */
  readonly warn: (text: string) => void;
  /** @default the system's clock */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Cache for the hot rows of a large ledger; SQLite's default of 2 MiB is only enough for a small one. */
const CACHE_KIB = 32_768;

type Parts = Pick<ProblemParts, 'fix' | 'got' | 'why' | 'wrong'>;

const ledgerProblem = (parts: Parts): string => problem({ name: 'LEDGER_URL', ...parts });

const refuse = (...problems: readonly string[]): never => {
  throw new ProblemsError(problems, { title: 'The ledger cannot be opened' });
};

/**
 * Opens the ledger's file. A backend creates it, with its folder, if it does not exist.
 *
 * @throws ProblemsError naming every problem of the location, or the fault of the file; never replaces a damaged file
 */
export async function openLedgerFile(file: string, options: LedgerFileOptions): Promise<Store> {
  const { user, clock = systemClock } = options;
  if (user !== 'backend') checkThere(file);
  await checkFolder(path.dirname(file), options);
  if (!existsSync(file)) prepareNew(file);
  const database = openChecked(file, user);
  try {
    return new SqliteStore(database, user === 'backend' ? hold(database, file, clock) : {});
  } catch (error) {
    database.close();
    throw error;
  }
}

async function checkFolder(folder: string, { user, warn }: LedgerFileOptions): Promise<void> {
  const problems: string[] = [];
  try {
    if (user === 'backend') mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    problems.push(
      ledgerProblem({
        wrong: `is in a folder that cannot be written (${codeOf(error)})`,
        got: formatValue(folder),
        why: 'The backend could not write to the ledger.',
        fix: `Give user ${process.getuid?.() ?? 'of this process'} write permission there, or name another folder.`,
      }),
    );
  }
  const system = await statfs(folder).then(
    ({ type }) => fileSystemOf(type),
    () => undefined,
  );
  if (system?.kind === 'shared') {
    problems.push(
      ledgerProblem({
        wrong: `is on ${system.name}, which other computers share`,
        got: formatValue(folder),
        why: 'SQLite needs the file locks and shared memory of one computer; on a shared file system it loses data.',
        fix: 'Put the file on a local disk, or use a table in Azure Tables.',
      }),
    );
  }
  if (problems.length > 0) refuse(...problems);
  if (system?.kind === 'fleeting') {
    warn(
      ledgerProblem({
        wrong: `is on ${system.name}`,
        got: formatValue(folder),
        why: 'The ledger is lost when the container ends or the computer restarts.',
        fix: 'Put the file on a volume.',
      }),
    );
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);

/** Only a backend creates a ledger. */
function checkThere(file: string): void {
  if (existsSync(file)) return;
  refuse(
    ledgerProblem({
      wrong: 'names a file that does not exist',
      got: formatValue(file),
      why: 'There is no ledger to read.',
      fix: 'Name the file of the backend.',
    }),
  );
}

/** Creates the file atomically, so that an empty file is always a damaged one. */
function prepareNew(file: string): void {
  if (existsSync(`${file}-wal`)) {
    refuse(
      ledgerProblem({
        wrong: 'names a file that does not exist, although its write-ahead log does',
        got: formatValue(`${file}-wal`),
        why: 'The ledger was moved without its last entries, which would be mixed into a new one.',
        fix: 'Put the file back beside the log; or move both away, to begin with an empty ledger.',
      }),
    );
  }
  const made = `${file}.${randomUUID()}.new`;
  try {
    const database = openDatabase(made);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA application_id = ${APPLICATION_ID};`);
    database.exec(`PRAGMA user_version = ${TABLES_VERSION}; ${ROWS_TABLE}; ${HOLDER_TABLE}`);
    database.close();
    // It holds personal data, so only this user may read it. SQLite creates the files beside it with the same mode.
    chmodSync(made, 0o600);
    // Unlike a rename, a link never replaces a file that another process has just created.
    linkSync(made, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(made, { force: true });
  }
}

function openChecked(file: string, user: LedgerUser): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(file);
    const wrong = faultOf(database, user);
    if (wrong !== undefined) refuse(unusable(file, wrong));
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof ProblemsError || !isSqliteError(error)) throw error;
    return refuse(isDamage(error) ? unusable(file, 'is damaged') : notOpened(file, error));
  }
}

/** The first fault of an open file, as the text after its name. */
function faultOf(database: DatabaseSync, user: LedgerUser): string | undefined {
  const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  if (pragma('application_id') !== APPLICATION_ID) return 'is not a ledger';
  if (pragma('user_version') !== TABLES_VERSION) return 'is a ledger of another version of this backend';
  // Takes 0.8 ms per megabyte (measured 2026-11), so the command line skips it.
  if (user === 'backend' && pragma('quick_check(1)') !== 'ok') return 'is damaged';
  database.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB}`);
  return pragma('journal_mode') === 'wal' ? undefined : 'is not in the mode that a ledger needs (WAL)';
}

/** The last byte of an extended result code is the primary one. */
const isDamage = ({ errcode }: SqliteError): boolean =>
  [SQLITE_CORRUPT, SQLITE_NOTADB].includes(errcode % 256);

const notOpened = (file: string, { message }: SqliteError): string =>
  ledgerProblem({
    wrong: `cannot be opened (${message})`,
    got: formatValue(file),
    why: 'The ledger could not be read or written.',
    fix: 'Make sure that this user may read and write the file, and that no other program has it open.',
  });

const unusable = (file: string, wrong: string): string =>
  ledgerProblem({
    wrong,
    got: formatValue(file),
    why: 'It holds the record of all conversations, so it is not replaced by a new one.',
    fix: 'Restore it from a backup; or move it away with its -wal and -shm files, to begin with an empty ledger.',
  });

function hold(database: DatabaseSync, file: string, clock: Pick<Clock, 'now'>): SqliteHooks {
  try {
    const { check, release } = holdFile(database, clock);
    return { check, close: release };
  } catch (error) {
    if (!(error instanceof HeldByAnother)) throw error;
    const { holder, staleInMs } = error;
    return refuse(
      ledgerProblem({
        wrong: `is in use by another backend, process ${holder.pid} on ${holder.host}`,
        got: formatValue(file),
        why: 'Two backends with one file would each count their own conversations.',
        fix: `Stop the other one; if it has already ended, start again in ${Math.ceil(staleInMs / 1000)} s.`,
      }),
    );
  }
}
