<<<<<<< HEAD
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { memoryStore, openDatabase, ROWS_TABLE, SqliteStore } from './sqlite';
import type { Store } from './store';

/**
 * Opens the ledger.
 *
 * @param url `LEDGER_URL`; undefined: in memory
 */
export async function openStore(url: string | undefined): Promise<Store> {
  if (url === undefined) return memoryStore();
  const file = path.resolve(url.replace(/^file:/, ''));
  mkdirSync(path.dirname(file), { recursive: true });
  const database = openDatabase(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(ROWS_TABLE.replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS'));
  return new SqliteStore(database);
=======
import path from 'node:path';
import type { LedgerPlace } from '../../contract/ledger-url';
import { openLedgerFile, type LedgerFileOptions } from './ledger-file';
import { memoryStore } from './sqlite';
import type { Store } from './store';

/**
 * Opens the ledger's store.
 *
 * @param place what LEDGER_URL says; undefined: in memory, forgotten when the process ends
 * @throws ProblemsError naming all that is wrong with a file
 */
export async function openStore(place: LedgerPlace | undefined, deps: LedgerFileOptions): Promise<Store> {
  if (place === undefined) return memoryStore();
  if (place.kind === 'file') return openLedgerFile(path.resolve(place.path), deps);
  throw new Error('to come');
>>>>>>> wip/store
}
