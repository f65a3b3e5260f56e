import {
  MOST_BATCH_CHARS,
  MOST_CHANGES,
  MOST_ROW_CHARS,
  type Change,
  type PartitionWrite,
  type RowValue,
} from './store';

/**
 * What every store takes as a key: characters that sort everywhere in the same way and mean themselves in an address. Azure
 * Tables forbids `/ \ # ?` and control characters (documented, read 2026-11-28); its emulator breaks at a comma.
 */
const KEY = /^[\w.:~-]{1,500}$/;

export const isLedgerKey = (key: string): boolean => KEY.test(key);

/**
 * @param what names the value in the error
 * @throws Error for a key that a store would refuse, or sort in another place; what is in it is not shown
 */
export function checkKey(what: string, key: string): void {
  if (isLedgerKey(key)) return;
  throw new Error(
    `${what} of ${key.length} characters: not a ledger key. Keys have 1 to 500 letters, digits and . : _ ~ -.`,
  );
}

/**
 * The row's value as text: JSON in ASCII, which is the same number of bytes everywhere. (Azurite breaks characters of more
 * bytes where the network breaks the request.)
 *
 * @throws Error when it is longer than every store takes
 */
export function rowText(value: RowValue): string {
  const text = JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, escaped);
  if (text.length <= MOST_ROW_CHARS) return text;
  throw new Error(`A ledger row of ${text.length} characters: at most ${MOST_ROW_CHARS} fit.`);
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Checks a batch before anything of it is sent, in the same way for every store.
 *
 * @throws Error for keys, numbers or a combination that a store would refuse
 */
export function checkChanges(partition: string, changes: readonly Change[]): void {
  checkKey('partition', partition);
  for (const { key } of changes) checkKey('key', key);
  if (changes.length === 0 || changes.length > MOST_CHANGES) {
    throw new Error(`A batch of ${changes.length} changes: a store takes 1 to ${MOST_CHANGES}.`);
  }
  if (new Set(changes.map(({ key }) => key)).size < changes.length) {
    throw new Error('A batch with two changes of one row: a store takes one.');
  }
  if (changes.length * MOST_ROW_CHARS > MOST_BATCH_CHARS && batchChars(changes) > MOST_BATCH_CHARS) {
    throw new Error(`A batch of more than ${MOST_BATCH_CHARS} characters: a store takes no more at once.`);
  }
  // The client of Azure Tables leaves the ETag out, without a word.
  if (changes.length > 1 && changes.some((one) => one.kind === 'delete' && one.etag !== undefined)) {
    throw new Error('A delete with an ETag beside other changes: a store takes it alone.');
  }
}

/**
 * The same for batches that are made at once.
 *
 * @throws Error also for two of one partition, which are one batch
 */
export function checkWrites(writes: readonly PartitionWrite[]): void {
  for (const { partition, changes } of writes) checkChanges(partition, changes);
  if (new Set(writes.map(({ partition }) => partition)).size < writes.length) {
    throw new Error('Two batches of one partition: they are one.');
  }
}

const batchChars = (changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + (change.kind === 'delete' ? 0 : rowText(change.value).length), 0);

/** The first text behind all that begin with a prefix; undefined: none, for an empty prefix. */
export function endOfPrefix(prefix: string): string | undefined {
  if (prefix === '') return undefined;
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
