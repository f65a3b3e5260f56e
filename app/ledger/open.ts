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
}
