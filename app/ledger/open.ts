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
}
