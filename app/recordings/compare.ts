import { RECORDING_KEY_PREFIX, VENDOR_PROBE_KEY } from '../../contract/vendor-facts';
import { CONVERSATIONS } from '../ledger/rows';
import type { Row, Store } from '../ledger/store';
import type { Bucket, CurrentObject } from './bucket';
import { ConversationsByFolder } from './conversations-by-folder';
import type { ForeignObject, ForeignRows, KnownForeign } from './foreign-rows';
import { OwnFolder } from './own-folder';

/** What was written since then is left for the next time: the watch may be about to look at it. */
const YOUNG_MS = 15 * 60_000;

/** Of each kind so many are kept: memory stays the same, whatever is in the bucket. */
const MOST_KEPT = 10_000;
const MOST_EXAMPLES = 20;

/** A conversation in which something may have changed. */
export interface Suspect {
  readonly startId: string;
  readonly conversationId: string;
}

/** What a complete listing says beside the ledger. */
export interface Comparison {
  readonly objects: number;
  /** Keys of recordings below conversations of ours. */
  readonly recordings: number;
  readonly conversations: number;
  /** Objects that are too young to say anything about. */
  readonly young: number;
  /** Other keys below conversations of ours: Daily can write captions and an event log there. */
  readonly unexplained: Some<string>;
  readonly suspects: Some<Suspect>;
  /** Foreign objects that have no row yet. */
  readonly foreign: Some<ForeignObject>;
  /** Rows of objects that are foreign no more, or gone. */
  readonly settled: Some<KnownForeign>;
}

/** The first of many, and how many there are. */
export interface Some<T> {
  readonly count: number;
  readonly first: readonly T[];
}

export interface CompareOptions {
  readonly store: Store;
  readonly bucket: Bucket;
  readonly bucketName: string;
  readonly foreignRows: ForeignRows;
  readonly nowMs: number;
  /** Asked before each page. */
  readonly goesOn: () => boolean;
  /** Told of the number of objects so far. */
  readonly onProgress?: ((objects: number) => void) | undefined;
  /** Takes the new foreign objects of each page. @default the first ones are kept */
  readonly onForeign?: (some: readonly ForeignObject[]) => Promise<void>;
}

/** The listing does not have the order of S3, so nothing can be concluded from it. */
export class ListingOutOfOrder extends Error {
  override readonly name = 'ListingOutOfOrder';
}

class Kept<T> implements Some<T> {
  count = 0;
  readonly first: T[] = [];
  constructor(private readonly most: number) {}

  add(one: T): void {
    this.count += 1;
    if (this.first.length < this.most) this.first.push(one);
  }
}

/** Id of the conversation below which a key lies. */
function conversationOf(key: string): string | undefined {
  if (!key.startsWith(RECORDING_KEY_PREFIX)) return undefined;
  const end = key.indexOf('/', RECORDING_KEY_PREFIX.length);
  return end === -1 ? undefined : key.slice(RECORDING_KEY_PREFIX.length, end);
}

function toForeign({ key, bytes, modifiedMs }: CurrentObject): ForeignObject {
  const kind = conversationOf(key) === undefined ? 'outside' : 'conversation';
  return { key, kind: key === VENDOR_PROBE_KEY ? 'probe' : kind, bytes, modifiedMs };
}

/** UTF-16 sorts the same but for the rarest characters, so bytes are compared only where it does not. */
const isBehind = (key: string, last: string): boolean =>
  key > last || Buffer.compare(Buffer.from(key), Buffer.from(last)) > 0;

/**
 * Compares the whole bucket with the conversations of the ledger, in one walk along both, and changes nothing.
 *
 * @returns undefined: it was stopped
 * @throws BucketUnreadable, ListingOutOfOrder or LedgerUnavailable: nothing is concluded from half a listing
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
  { bucket, bucketName, foreignRows, goesOn, nowMs, onForeign, onProgress }: CompareOptions,
  conversations: ConversationsByFolder,
): Promise<Comparison | undefined> {
  const counts = { objects: 0, recordings: 0, conversations: 0, young: 0 };
  const unexplained = new Kept<string>(MOST_EXAMPLES);
  const suspects = new Kept<Suspect>(MOST_KEPT);
  const foreign = new Kept<ForeignObject>(MOST_KEPT);
  const settled = new Kept<KnownForeign>(MOST_KEPT);

  const finish = (folder: OwnFolder): void => {
    counts.conversations += 1;
    if (!folder.isToBeLookedAt(bucketName, nowMs)) return;
    suspects.add({ startId: folder.startId, conversationId: folder.conversationId });
  };
  const passed = (row: Row): void => finish(new OwnFolder(row));

  let conversationId: string | undefined;
  let own: OwnFolder | undefined;
  /** @returns false: rows have to be read first, then it is to be called again */
  const moveTo = (id: string | undefined): boolean => {
    if (own !== undefined) finish(own);
    own = undefined;
    const row = conversations.moveBehind(id, passed);
    if (row === 'read-on') return false;
    conversationId = id;
    own = row && new OwnFolder(row);
    return true;
  };

  let last: string | undefined;
  for await (const page of bucket.objects('')) {
    if (!goesOn()) return undefined;
    const before = last;
    const strangers = new Map<string, CurrentObject>();
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
      if (id === undefined || own === undefined) strangers.set(key, object);
      else if (own.take(object, isYoung) === 'recording') counts.recordings += 1;
      else unexplained.add(key);
    }
    const known = await foreignRows.between(before, last);
    for (const one of known) if (!strangers.delete(one.key)) settled.add(one);
    const found = [...strangers.values()]
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
