import { RECORDING_KEY_PREFIX, VENDOR_PROBE_KEY } from '../../contract/vendor-facts';
import { CONVERSATIONS } from '../ledger/rows';
import type { LedgerRow, Store } from '../ledger/store';
import type { Bucket, CurrentObject } from './bucket';
import { ConversationsByFolder } from './conversations-by-folder';
import type { ForeignObject, ForeignRows, KnownForeign } from './foreign-rows';
import { OwnFolder } from './own-folder';

/** Younger objects are left for the next run, because the watch may be about to check them. */
const YOUNG_MS = 15 * 60_000;

/** Maximum kept per kind, so that memory does not grow with the bucket. */
const MOST_KEPT = 10_000;
const MOST_EXAMPLES = 20;

/** A conversation in which something may have changed. */
export interface Suspect {
  readonly startId: string;
  readonly conversationId: string;
}

/** Result of comparing a complete listing with the ledger. */
export interface Comparison {
  readonly objects: number;
  /** Recordings below our conversations. */
  readonly recordings: number;
  readonly conversations: number;
  /** Objects too young to judge. */
  readonly young: number;
  /** Other keys below our conversations: Daily can write captions and an event log there. */
  readonly unexplained: Sample<string>;
  readonly suspects: Sample<Suspect>;
  /** Foreign objects without a row. */
  readonly foreign: Sample<ForeignObject>;
  /** Rows of objects that are no longer foreign or no longer exist. */
  readonly settled: Sample<KnownForeign>;
}

/** The first items of a list, and their total number. */
export interface Sample<T> {
  readonly count: number;
  readonly first: readonly T[];
}

export interface CompareOptions {
  readonly store: Store;
  readonly bucket: Bucket;
  readonly bucketName: string;
  readonly foreignRows: ForeignRows;
  readonly nowMs: number;
  /** Called before each page; false stops. */
  readonly shouldContinue: () => boolean;
  /** Receives the number of objects so far. */
  readonly onProgress?: ((objects: number) => void) | undefined;
  /** Receives the new foreign objects of each page. @default the first ones are kept */
  readonly onForeign?: (some: readonly ForeignObject[]) => Promise<void>;
}

/** The listing is not in S3's order, so it cannot be compared. */
export class ListingOutOfOrder extends Error {
  override readonly name = 'ListingOutOfOrder';
}

class SampleCollector<T> implements Sample<T> {
  count = 0;
  readonly first: T[] = [];
  constructor(private readonly most: number) {}

  add(one: T): void {
    this.count += 1;
    if (this.first.length < this.most) this.first.push(one);
  }
}

/** Id of the conversation that a key belongs to. */
function conversationOf(key: string): string | undefined {
  if (!key.startsWith(RECORDING_KEY_PREFIX)) return undefined;
  const end = key.indexOf('/', RECORDING_KEY_PREFIX.length);
  return end === -1 ? undefined : key.slice(RECORDING_KEY_PREFIX.length, end);
}

function toForeign({ key, bytes, modifiedMs }: CurrentObject): ForeignObject {
  const kind = conversationOf(key) === undefined ? 'outside' : 'conversation';
  return { key, kind: key === VENDOR_PROBE_KEY ? 'probe' : kind, bytes, modifiedMs };
}

/** Compares bytes only if UTF-16 order disagrees, which happens for very rare characters. */
const isBehind = (key: string, last: string): boolean =>
  key > last || Buffer.compare(Buffer.from(key), Buffer.from(last)) > 0;

/**
 * Compares the whole bucket with the ledger's conversations in one parallel walk. Read only.
 *
 * @returns undefined when it was stopped
 * @throws BucketUnreadable, ListingOutOfOrder or LedgerUnavailable, because an incomplete listing proves nothing
 */
export async function compare(options: CompareOptions): Promise<Comparison | undefined> {
  const conversations = new ConversationsByFolder(options.store.partitions(CONVERSATIONS));
  try {
    return await walk(options, conversations);
  } finally {
    await conversations.close();
  }
}

async function walk(
  { bucket, bucketName, foreignRows, shouldContinue, nowMs, onForeign, onProgress }: CompareOptions,
  conversations: ConversationsByFolder,
): Promise<Comparison | undefined> {
  const counts = { objects: 0, recordings: 0, conversations: 0, young: 0 };
  const unexplained = new SampleCollector<string>(MOST_EXAMPLES);
  const suspects = new SampleCollector<Suspect>(MOST_KEPT);
  const foreign = new SampleCollector<ForeignObject>(MOST_KEPT);
  const settled = new SampleCollector<KnownForeign>(MOST_KEPT);

  const finish = (folder: OwnFolder): void => {
    counts.conversations += 1;
    if (!folder.needsCheck(bucketName, nowMs)) return;
    suspects.add({ startId: folder.startId, conversationId: folder.conversationId });
  };
  const onPassed = (row: LedgerRow): void => finish(new OwnFolder(row));

  let conversationId: string | undefined;
  let own: OwnFolder | undefined;
  /** @returns false: read more rows, then call again */
  const moveTo = (id: string | undefined): boolean => {
    if (own !== undefined) finish(own);
    own = undefined;
    const row = conversations.moveBehind(id, onPassed);
    if (row === 'read-on') return false;
    conversationId = id;
    own = row && new OwnFolder(row);
    return true;
  };

  let last: string | undefined;
  for await (const page of bucket.objects('')) {
    if (!shouldContinue()) return undefined;
    const before = last;
    const unmatched = new Map<string, CurrentObject>();
    for (const object of page) {
      const { key, modifiedMs } = object;
      if (last !== undefined && !isBehind(key, last)) {
        throw new ListingOutOfOrder('The listing of the bucket is not sorted by key.');
      }
      last = key;
      const id = conversationOf(key);
      if (id !== undefined && id !== conversationId) {
        while (!moveTo(id)) await conversations.readOn();
      }
      const isYoung = modifiedMs > nowMs - YOUNG_MS;
      if (isYoung) counts.young += 1;
      if (id === undefined || own === undefined) unmatched.set(key, object);
      else if (own.take(object, isYoung) === 'recording') counts.recordings += 1;
      else unexplained.add(key);
    }
    const known = await foreignRows.between(before, last);
    for (const one of known) if (!unmatched.delete(one.key)) settled.add(one);
    const found = [...unmatched.values()]
      .filter(
        ({ key, modifiedMs }) => modifiedMs <= nowMs - YOUNG_MS && !foreignRows.isBelowAcknowledged(key),
      )
      .map(toForeign);
    if (onForeign === undefined) for (const one of found) foreign.add(one);
    else await onForeign(found);
    counts.objects += page.length;
    onProgress?.(counts.objects);
  }
  for (const one of await foreignRows.between(last, undefined)) settled.add(one);
  while (!moveTo(undefined)) await conversations.readOn();
  return { ...counts, unexplained, suspects, foreign, settled };
}
