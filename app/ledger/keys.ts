import {
  MOST_BATCH_CHARS,
  MOST_CHANGES,
  MOST_ROW_CHARS,
  type Change,
  type PartitionWrite,
  type RowValue,
} from './store';

/**
 * Keys that every store accepts: characters that sort the same everywhere and need no URL encoding. Azure Tables forbids
 * `/ \ # ?` and control characters (documented, read 2026-11-28); its emulator fails on a comma.
 */
const KEY = /^[\w.:~-]{1,500}$/;

export const isLedgerKey = (key: string): boolean => KEY.test(key);

/**
 * @param what names the value in the error
 * @throws Error for a key that a store would refuse or sort differently; does not print the key
 */
export function checkKey(what: string, key: string): void {
  if (isLedgerKey(key)) return;
  throw new Error(
    `${what} of ${key.length} characters: not a ledger key. Keys have 1 to 500 letters, digits and . : _ ~ -.`,
  );
}

/**
 * A row's value as ASCII JSON, so that characters and bytes are the same number. (Azurite corrupts multi-byte characters at
 * the boundaries of network packets.)
 *
 * @throws Error when a store would refuse it as too long
 */
export function rowText(value: RowValue): string {
  const text = JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, escaped);
  if (text.length <= MOST_ROW_CHARS) return text;
  throw new Error(`A ledger row of ${text.length} characters: at most ${MOST_ROW_CHARS} fit.`);
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Checks a batch before sending it, the same for every store.
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
    throw new Error('A batch with two changes to one row: a store takes one.');
  }
  if (changes.length * MOST_ROW_CHARS > MOST_BATCH_CHARS && batchChars(changes) > MOST_BATCH_CHARS) {
    throw new Error(`A batch of more than ${MOST_BATCH_CHARS} characters: a store takes no more at once.`);
  }
  // The Azure Tables client silently drops the ETag.
  if (changes.length > 1 && changes.some((one) => one.kind === 'delete' && one.etag !== undefined)) {
    throw new Error('A delete with an ETag together with other changes: a store takes it alone.');
  }
}

/**
 * The same for several batches.
 *
 * @throws Error also for two batches of one partition
 */
export function checkWrites(writes: readonly PartitionWrite[]): void {
  for (const { partition, changes } of writes) checkChanges(partition, changes);
  if (new Set(writes.map(({ partition }) => partition)).size < writes.length) {
    throw new Error('Two batches of one partition: combine them into one.');
  }
}

const batchChars = (changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + (change.kind === 'delete' ? 0 : rowText(change.value).length), 0);

/** The first text that sorts after every text with this prefix; undefined for an empty prefix. */
export function endOfPrefix(prefix: string): string | undefined {
  if (prefix === '') return undefined;
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
