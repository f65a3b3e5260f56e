import { createHash } from 'node:crypto';

/*
 * Partitions of the ledger: `s:<start>` facts; `open` scheduled checks, by time; `c:<conversation>`, `d:<day>` and
 * `x:<state>` index rows with summaries; `slot` and `idem` slots and idempotency keys; `foreign` and `acknowledged` objects
 * in the bucket that no start made. Keys derive from stored values, never from the current time, so that a repeated write
 * has the same key.
 */

const DUE_DIGITS = 13;
/** Later than any time in epoch milliseconds with 13 digits. */
const END_OF_TIME = 10 ** DUE_DIGITS;

const digits = (ms: number): string => String(Math.trunc(ms)).padStart(DUE_DIGITS, '0');

/** All facts of a start. */
export const FACTS = 's:';
export const factsPartition = (startId: string): string => `${FACTS}${startId}`;

/** Scheduled checks of starts; a start can have several. */
export const OPEN = 'open';
export const openKey = (dueMs: number, startId: string): string => `${digits(dueMs)}~${startId}`;
/** All checks due up to this time. */
export const dueUntil = (ms: number): { readonly to: string } => ({ to: digits(ms + 1) });

/** Parses the key of an `open` row. */
export function readOpenKey(key: string): { readonly dueMs: number; readonly startId: string } {
  const [due = '', startId = ''] = key.split('~', 2);
  return { dueMs: Number(due), startId };
}

/** The start of each conversation. */
export const CONVERSATIONS = 'c:';
export const conversationPartition = (conversationId: string): string => `${CONVERSATIONS}${conversationId}`;
export const CONVERSATION_KEY = 'start';

/** The starts of a day, newest first. */
export const DAYS = 'd:';
export const dayPartition = (expectedMs: number): string =>
  `${DAYS}${new Date(expectedMs).toISOString().slice(0, 10)}`;
export const newestFirstKey = (expectedMs: number, startId: string): string =>
  `${digits(END_OF_TIME - 1 - expectedMs)}~${startId}`;

/** Time of the start in a {@link newestFirstKey}, epoch ms. */
export const expectedMsOf = (newestFirst: string): number =>
  END_OF_TIME - 1 - Number(newestFirst.slice(0, DUE_DIGITS));

/** The first key that sorts after a key: `-` sorts before all other characters of a key. */
export const keyAfter = (key: string): string => `${key}-`;

/** States that need attention: their starts are also listed per state, under the same keys as in the list of the day. */
export const LISTED_STATES = ['missing', 'unannounced', 'partial', 'gone'] as const;
export type ListedState = (typeof LISTED_STATES)[number];
export const statePartition = (state: ListedState): string => `x:${state}`;

/** The conversations that may run at a time, by number. */
export const SLOTS = 'slot';
export const slotKey = (number: number): string => String(number);

/** The watch's own state. */
export const WATCH = 'watch';
/** The replica that watches. */
export const LEASE_KEY = 'lease';
/** The last day on which the daily work was done. */
export const DAY_KEY = 'day';

/** The last day on which the bucket was compared with the ledger. */
export const RECONCILED_KEY = 'reconciled';

/** Objects in the bucket that no start made. */
export const FOREIGN = 'foreign';
/** Key prefixes that a person has acknowledged. */
export const ACKNOWLEDGED = 'acknowledged';

/** Bytes of an object key that fit into a row's key, as two digits each, together with a digest. */
const MOST_KEY_BYTES = 200;

/** Row key of an object. Sorts like S3's keys, except for long keys with the same first 200 bytes. */
export function objectRowKey(objectKey: string): string {
  const bytes = Buffer.from(objectKey);
  if (bytes.length <= MOST_KEY_BYTES) return `${bytes.toString('hex')}-`;
  const digest = createHash('sha256').update(bytes).digest('hex');
  return `${bytes.subarray(0, MOST_KEY_BYTES).toString('hex')}~${digest}`;
}

/** Range of the rows of all objects between two keys; may include a few more with long keys. */
export const objectRows = (
  from: string | undefined,
  to: string | undefined,
): { readonly from?: string; readonly to?: string } => ({
  ...(from !== undefined && { from: prefixDigits(from) }),
  ...(to !== undefined && {
    to: `${prefixDigits(to)}${Buffer.byteLength(to) > MOST_KEY_BYTES ? '~~' : '.'}`,
  }),
});

const prefixDigits = (objectKey: string): string =>
  Buffer.from(objectKey).subarray(0, MOST_KEY_BYTES).toString('hex');

/** When the first proof ran and the last one passed. */
export const PROOF_KEY = 'proof';

/** Idempotency keys, by the digest of caller and key. */
export const KEYS = 'idem';
/** The stored answer of a start with a key. */
export const answerKey = (digest: string, startId: string): string => `${digest}~${startId}`;
/** A key's row and its answers. Digests and start ids are hex, which sorts before `~`. */
export const rowsOfKey = (digest: string): { readonly from: string; readonly to: string } => ({
  from: digest,
  to: `${digest}~~`,
});

/** A write that shows that the ledger is writable. */
export const FIRST_WRITE = 'ready';
export const FIRST_WRITE_KEY = 'write';
