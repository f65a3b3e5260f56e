import { createHash } from 'node:crypto';

/*
 * Where each row of the ledger lies. Partitions: `s:<start>` its facts; `open` what is still to be looked at, by time;
 * `c:<conversation>`, `d:<day>` and `x:<state>` how a start is found, with its summary; `slot` and `idem` what starts under
 * way share; `foreign` and `acknowledged` objects in the bucket that no start made. Keys are made of stored values, never of the time of day, so that a row made again is the same row.
 */

const DUE_DIGITS = 13;
/** Later than any time in epoch milliseconds with 13 digits. */
const END_OF_TIME = 10 ** DUE_DIGITS;

const digits = (ms: number): string => String(Math.trunc(ms)).padStart(DUE_DIGITS, '0');

/** All facts of a start. */
export const FACTS = 's:';
export const factsPartition = (startId: string): string => `${FACTS}${startId}`;

/** Starts that are not over yet, each as often as somebody wanted it looked at. */
export const OPEN = 'open';
export const openKey = (dueMs: number, startId: string): string => `${digits(dueMs)}~${startId}`;
/** Everything due up to this time. */
export const dueUntil = (ms: number): { readonly to: string } => ({ to: digits(ms + 1) });

/** What an `open` row's key says. */
export function readOpenKey(key: string): { readonly dueMs: number; readonly startId: string } {
  const [due = '', startId = ''] = key.split('~', 2);
  return { dueMs: Number(due), startId };
}

/** Which start made a conversation. */
export const CONVERSATIONS = 'c:';
export const conversationPartition = (conversationId: string): string => `${CONVERSATIONS}${conversationId}`;
export const CONVERSATION_KEY = 'start';

/** The starts of a day, newest first. */
export const DAYS = 'd:';
export const dayPartition = (expectedMs: number): string =>
  `${DAYS}${new Date(expectedMs).toISOString().slice(0, 10)}`;
export const newestFirstKey = (expectedMs: number, startId: string): string =>
  `${digits(END_OF_TIME - 1 - expectedMs)}~${startId}`;

/** When the start of such a row was expected, epoch ms. */
export const expectedMsOf = (newestFirst: string): number =>
  END_OF_TIME - 1 - Number(newestFirst.slice(0, DUE_DIGITS));

/** The first key that sorts behind a key, whatever follows: `-` sorts before all other signs of a key. */
export const keyAfter = (key: string): string => `${key}-`;

/** States that somebody has to look at: their starts are listed apart, too, under the keys of their days. */
export const LISTED_STATES = ['missing', 'unannounced', 'partial', 'gone'] as const;
export type ListedState = (typeof LISTED_STATES)[number];
export const statePartition = (state: ListedState): string => `x:${state}`;

/** The conversations that may run at a time, by number. */
export const SLOTS = 'slot';
export const slotKey = (number: number): string => String(number);

/** What the watch knows of itself. */
export const WATCH = 'watch';
/** Who watches. */
export const LEASE_KEY = 'lease';
/** The last day for which everything was done that is done once a day. */
export const DAY_KEY = 'day';

/** The last day on which the bucket was compared with the ledger. */
export const RECONCILED_KEY = 'reconciled';

/** Objects in the bucket that no start of ours made. */
export const FOREIGN = 'foreign';
/** Prefixes of keys of which a person has said that everything below them is known. */
export const ACKNOWLEDGED = 'acknowledged';

/** Of a key's bytes: two digits each, and the digest of a longer one, fit into a row's key. */
const MOST_KEY_BYTES = 200;

/** Row of an object: sorted as S3 sorts keys, except among long keys that begin with the same 200 bytes. */
export function objectRowKey(objectKey: string): string {
  const bytes = Buffer.from(objectKey);
  if (bytes.length <= MOST_KEY_BYTES) return `${bytes.toString('hex')}-`;
  const digest = createHash('sha256').update(bytes).digest('hex');
  return `${bytes.subarray(0, MOST_KEY_BYTES).toString('hex')}~${digest}`;
}

/** Rows of all objects from one key up to another, and of a few long ones beside them. */
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

/** When proofs began, and when the last one passed. */
export const PROOF_KEY = 'proof';

/** What idempotency keys stand for, by the digest of caller and key. */
export const KEYS = 'idem';
/** What a start under a key is answered. */
export const answerKey = (digest: string, startId: string): string => `${digest}~${startId}`;
/** A key's row and the answers that were given under it. Digests and start ids are hex, which sorts before `~`. */
export const rowsOfKey = (digest: string): { readonly from: string; readonly to: string } => ({
  from: digest,
  to: `${digest}~~`,
});

/** Shows that the ledger takes writes. */
export const FIRST_WRITE = 'ready';
export const FIRST_WRITE_KEY = 'write';
