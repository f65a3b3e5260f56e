import path from 'node:path';
import type { LedgerLocation } from '../../contract/ledger-url';
import { openLedgerFile, type LedgerFileOptions } from './ledger-file';
import { memoryStore } from './memory';
import type { Store } from './store';
import type { TableIdentity } from './tables';

export interface StoreDeps extends LedgerFileOptions {
  readonly identity: TableIdentity;
}

/**
 * Opens the ledger's store. Nothing of Azure is loaded before a table is asked for; whether that can be reached shows with
 * the first call.
 *
 * @param place what LEDGER_URL says; undefined: in memory, forgotten when the process ends
 * @throws ProblemsError naming all that is wrong with a file
 */
export async function openStore(place: LedgerLocation | undefined, deps: StoreDeps): Promise<Store> {
  if (place === undefined) return memoryStore();
  if (place.kind === 'file') return openLedgerFile(path.resolve(place.path), deps);
  const { openTable } = await import('./tables.js');
  return openTable(place, deps.identity);
}

/** Object id in Entra of whoever opens a ledger so. Undefined: nobody signs in to a file. */
export async function signedInAs(place: LedgerLocation, identity: TableIdentity): Promise<string | undefined> {
  if (place.kind === 'file') return undefined;
  const { objectIdOf } = await import('./tables.js');
  return objectIdOf(identity);
}
