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
 * Opens the ledger's store. Loads Azure's packages only for a table; does not connect to the table before the first call.
 *
 * @param location from LEDGER_URL; undefined: in memory, lost when the process ends
 * @throws ProblemsError naming all problems of a file
 */
export async function openStore(location: LedgerLocation | undefined, deps: StoreDeps): Promise<Store> {
  if (location === undefined) return memoryStore();
  if (location.kind === 'file') return openLedgerFile(path.resolve(location.path), deps);
  const { openTable } = await import('./tables.js');
  return openTable(location, deps.identity);
}

/** Object id in Entra of the identity that opens the ledger. Undefined for a file, which needs no sign-in. */
export async function signedInAs(
  location: LedgerLocation,
  identity: TableIdentity,
): Promise<string | undefined> {
  if (location.kind === 'file') return undefined;
  const { objectIdOf } = await import('./tables.js');
  return objectIdOf(identity);
}
