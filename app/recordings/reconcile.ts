import { factOf, factsOf, type Fact, type FactOf } from '../ledger/facts';
import { isLedgerKey } from '../ledger/keys';
import type { Ledger } from '../ledger/ledger';
import { recordingsOf, type Whereabouts } from '../ledger/recordings';
import { writeSummary } from '../ledger/summary';
import { RECORDING_KEY_PREFIX } from '../../contract/vendor-facts';
import { compare, type Comparison, type Some, type Suspect } from './compare';
import { ForeignRows, type ForeignObject } from './foreign-rows';
import { lookInto } from './look';
import type { LookableBucket } from './open-bucket';

/** Objects and conversations that are read again at the same time. */
const AT_ONCE = 8;

/** More foreign objects at once have one cause, such as another ledger: then they are told as one, and not read singly. */
export const mostTold = (objects: number): number => Math.max(20, Math.floor(objects / 100));

/** An erasure that has just gone on may still be deleting what is there. */
const ERASING_MS = 15 * 60_000;

export interface ReconcileOptions {
  readonly ledger: Ledger;
  readonly bucket: LookableBucket;
  readonly bucketName: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** Asked before each step. @default it goes on to the end */
  readonly goesOn?: () => boolean;
  /** Told of the number of objects so far. */
  readonly onProgress?: (objects: number) => void;
}

/**
 * What a second look at one recording found. `adopted`: it is there, and nothing of it was known. `seen`: it is there, and was
 * not seen so before. `lost`: Tavus announced it, and it is not there. `gone`, `expired`: it was there.
 */
export interface Finding {
  readonly startId: string;
  readonly conversationId: string;
  readonly key: string;
  readonly what: 'adopted' | 'expired' | 'gone' | 'lost' | 'seen';
}

/** What the bucket and the ledger say of each other. */
export interface Reconciled extends Pick<
  Comparison,
  'conversations' | 'objects' | 'recordings' | 'unexplained' | 'young'
> {
  /** Foreign objects that were not known before. */
  readonly newForeign: number;
  readonly findings: readonly Finding[];
  /** Conversations that have to be looked at, and were left for the next time. */
  readonly left: number;
}

/**
 * Compares the whole bucket with the ledger. What seems new is read again singly before it is written down: foreign objects
 * as rows of their own, anything else as facts of its start, which the watch then looks at and tells.
 *
 * @returns undefined: it was stopped
 * @throws BucketUnreadable, ListingOutOfOrder or LedgerUnavailable: nothing is concluded from half a listing
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciled | undefined> {
  const { bucket, bucketName, goesOn = () => true, ledger, now, onProgress } = options;
  const nowMs = now();
  const foreignRows = await ForeignRows.read(ledger.store);
  const shared = { store: ledger.store, bucket, bucketName, foreignRows, nowMs, goesOn };
  const compared = await compare({ ...shared, onProgress });
  if (compared === undefined) return undefined;

  const { foreign, objects, settled, suspects } = compared;
  await foreignRows.forget(settled.first);
  let newForeign = foreign.count;
  if (foreign.count > foreign.first.length) {
    // The listing is complete, so what it says counts; there are more than fit into memory.
    await compare({ ...shared, onForeign: (some) => foreignRows.add(some, nowMs) });
  } else if (foreign.count > mostTold(objects)) {
    await foreignRows.add(foreign.first, nowMs);
  } else {
    const again = await stillForeign(options, foreign.first);
    newForeign = again.length;
    await foreignRows.add(again, nowMs);
  }
  const { findings, left } = await lookAgain({ ...options, goesOn }, suspects);
  if (!goesOn()) return undefined;
  return { ...compared, newForeign, findings, left };
}

async function stillForeign(
  { bucket, ledger }: ReconcileOptions,
  objects: readonly ForeignObject[],
): Promise<readonly ForeignObject[]> {
  const isForeign = async ({ key }: ForeignObject): Promise<boolean> => {
    const [, conversationId = ''] = key.split('/', 2);
    const isOurs =
      key.startsWith(RECORDING_KEY_PREFIX) &&
      isLedgerKey(conversationId) &&
      (await ledger.startOf(conversationId)) !== undefined;
    return !isOurs && (await bucket.head(key)) !== undefined;
  };
  const kept: ForeignObject[] = [];
  for (let from = 0; from < objects.length; from += AT_ONCE) {
    const some = objects.slice(from, from + AT_ONCE);
    const answers = await Promise.all(some.map(isForeign));
    kept.push(...some.filter((_, n) => answers[n]));
  }
  return kept;
}

async function lookAgain(
  options: ReconcileOptions & Required<Pick<ReconcileOptions, 'goesOn'>>,
  { count, first }: Some<Suspect>,
): Promise<{ readonly findings: readonly Finding[]; readonly left: number }> {
  const findings: Finding[] = [];
  let done = 0;
  while (done < first.length && options.goesOn()) {
    const some = first.slice(done, done + AT_ONCE);
    const found = await Promise.all(some.map((one) => lookAt(options, one)));
    for (const one of found) findings.push(...(one === 'unreadable' ? [] : one));
    if (found.includes('unreadable')) break;
    done += some.length;
  }
  return { findings, left: count - done };
}

async function lookAt(
  { bucket, bucketName, ledger, now }: ReconcileOptions,
  { conversationId, startId }: Suspect,
): Promise<readonly Finding[] | 'unreadable'> {
  const nowMs = now();
  const facts = await ledger.facts(startId);
  // Of another bucket this one says nothing.
  if ((factOf(facts, 'expected')?.storage?.bucket ?? bucketName) !== bucketName) return [];
  if (factsOf(facts, 'erased').some(({ at }) => at > nowMs - ERASING_MS)) return [];
  const look = await lookInto(bucket, { conversationId, facts, nowMs });
  if (look.kind === 'unreadable') return 'unreadable';
  if (look.facts.length === 0) return [];
  for (const one of look.facts) await ledger.add(startId, one);
  await writeSummary(ledger, startId);
  // It judges, and tells whom it has to.
  await ledger.lookAt(startId, nowMs);
  return look.facts.map((one) => ({
    startId,
    conversationId,
    key: one.key,
    what: findingOf(one, facts, [...facts, ...look.facts]),
  }));
}

const whereaboutsOf = (facts: readonly Fact[], key: string): Whereabouts | undefined =>
  recordingsOf(facts).find(({ known }) => known?.key === key)?.known?.whereabouts;

function findingOf(
  { found, key }: FactOf<'seen'>,
  before: readonly Fact[],
  after: readonly Fact[],
): Finding['what'] {
  if (found !== 'nothing') return whereaboutsOf(before, key) === undefined ? 'adopted' : 'seen';
  const now = whereaboutsOf(after, key);
  return now === 'gone' || now === 'expired' ? now : 'lost';
}
