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

/** Says of a SQLite file that it is a ledger: "tvsL" as a number. */
const APPLICATION_ID = 0x7476734c;

/** Of the tables. A later version that changes them counts on. */
const TABLES_VERSION = 1;

/** SQLite's result codes (sqlite.org/rescode.html, read 2026-11-28). */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Who opens a ledger. `backend`: a file is its alone. `command-line`: beside a backend, or without one. */
export type LedgerUser = 'backend' | 'command-line';

export interface LedgerFileOptions {
  readonly user: LedgerUser;
  /** Told what an operator may not have meant. */
  readonly warn: (text: string) => void;
  /** @default the system's clock */
  readonly clock?: Pick<Clock, 'now'>;
}

/** What of a large ledger is asked for all the time; SQLite's own 2 MiB hold the newest of a small one. */
const CACHE_KIB = 32_768;

type Parts = Pick<ProblemParts, 'fix' | 'got' | 'why' | 'wrong'>;

const ledgerProblem = (parts: Parts): string => problem({ name: 'LEDGER_URL', ...parts });

const refuse = (...problems: readonly string[]): never => {
  throw new ProblemsError(problems, { title: 'The ledger cannot be opened' });
};

/**
 * Opens the ledger's file. A backend makes it, with its folder, when there is none yet.
 *
 * @throws ProblemsError naming all that speaks against this place, or what is wrong with the file; a damaged file is never
 * made anew
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
        why: 'Nothing could be added to the ledger.',
        fix: `Give user ${process.getuid?.() ?? 'of this process'} the right to write there, or name another folder.`,
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
        why: 'SQLite needs the locks and the shared memory of one computer; there it loses what it wrote.',
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
        why: 'What is known of conversations is gone with the container, or when the computer starts again.',
        fix: 'Put the file on a volume.',
      }),
    );
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);

/** Only a backend makes a ledger. */
function checkThere(file: string): void {
  if (existsSync(file)) return;
  refuse(
    ledgerProblem({
      wrong: 'names a file that is not there',
      got: formatValue(file),
      why: 'There is no ledger to read.',
      fix: 'Name the file of the backend.',
    }),
  );
}

/** Makes the file as a whole or not at all, so that an empty one is a damaged one. */
function prepareNew(file: string): void {
  if (existsSync(`${file}-wal`)) {
    refuse(
      ledgerProblem({
        wrong: 'names a file that is not there, though its write-ahead log is',
        got: formatValue(`${file}-wal`),
        why: 'The ledger was moved without its last entries, and they would be mixed with those of a new one.',
        fix: 'Put the file back beside it; or move both away, to begin with an empty ledger.',
      }),
    );
  }
  const made = `${file}.${randomUUID()}.new`;
  try {
    const database = openDatabase(made);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA application_id = ${APPLICATION_ID};`);
    database.exec(`PRAGMA user_version = ${TABLES_VERSION}; ${ROWS_TABLE}; ${HOLDER_TABLE}`);
    database.close();
    // What it says of people is for this user alone. SQLite makes the files beside it like it.
    chmodSync(made, 0o600);
    // Unlike a rename it replaces nothing that another process has just made.
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
    const wrong = whatIsWrong(database, user);
    if (wrong !== undefined) refuse(unusable(file, wrong));
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof ProblemsError || !isSqliteError(error)) throw error;
    return refuse(isDamage(error) ? unusable(file, 'is damaged') : notOpened(file, error));
  }
}

/** The first thing that is wrong with an open file, as it follows its name. */
function whatIsWrong(database: DatabaseSync, user: LedgerUser): string | undefined {
  const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  if (pragma('application_id') !== APPLICATION_ID) return 'is not a ledger';
  if (pragma('user_version') !== TABLES_VERSION) return 'is a ledger of another version of this backend';
  // 0.8 ms a megabyte, measured 2026-11: the command line need not look again.
  if (user === 'backend' && pragma('quick_check(1)') !== 'ok') return 'is damaged';
  database.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB}`);
  return pragma('journal_mode') === 'wal' ? undefined : 'is not in the mode that a ledger needs (WAL)';
}

/** An extended code holds the plain one in its last byte. */
const isDamage = ({ errcode }: SqliteError): boolean =>
  [SQLITE_CORRUPT, SQLITE_NOTADB].includes(errcode % 256);

const notOpened = (file: string, { message }: SqliteError): string =>
  ledgerProblem({
    wrong: `cannot be opened (${message})`,
    got: formatValue(file),
    why: 'Nothing could be read from the ledger, or added to it.',
    fix: 'See that it is a file that this user may read and write, and that no other program has it open.',
  });

const unusable = (file: string, wrong: string): string =>
  ledgerProblem({
    wrong,
    got: formatValue(file),
    why: 'What is known of conversations is in it, so it is not made anew.',
    fix: 'Restore it from a copy; or move it away with its -wal and -shm, to begin with an empty ledger.',
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
        fix: `End the other one; if it is gone already, start again in ${Math.ceil(staleInMs / 1000)} s.`,
      }),
    );
  }
}
