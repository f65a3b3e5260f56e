import { factOf, factsOf, type Fact, type FactOf } from '../ledger/facts';
import { isLedgerKey } from '../ledger/keys';
import type { Ledger } from '../ledger/ledger';
import { recordingsOf, type Whereabouts } from '../ledger/recordings';
import { writeSummary } from '../ledger/summary';
import { RECORDING_KEY_PREFIX } from '../../contract/vendor-facts';
import { compare, type Comparison, type Sample, type Suspect } from './compare';
import { ForeignRows, type ForeignObject } from './foreign-rows';
import { lookInto } from './look';
import type { MonitoredBucket } from './open-bucket';

/** Objects and conversations checked in parallel. */
const AT_ONCE = 8;

/**
 * More new foreign objects than this have one cause, such as another ledger: they get one alert and are not checked singly.
 */
export const mostAlerts = (objects: number): number => Math.max(20, Math.floor(objects / 100));

/** An erasure with a step this recent may still be deleting objects. */
const ERASING_MS = 15 * 60_000;

export interface ReconcileOptions {
  readonly ledger: Ledger;
  readonly bucket: MonitoredBucket;
  readonly bucketName: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** Called before each step; false stops. @default never stops */
  readonly shouldContinue?: () => boolean;
  /** Receives the number of objects so far. */
  readonly onProgress?: (objects: number) => void;
}

/**
 * Result of checking one recording again. `adopted`: in the bucket, but unknown before. `seen`: in the bucket, in a new
 * condition. `lost`: announced by Tavus, but not in the bucket. `gone`, `expired`: no longer in the bucket.
 */
export interface Finding {
  readonly startId: string;
  readonly conversationId: string;
  readonly key: string;
  readonly what: 'adopted' | 'expired' | 'gone' | 'lost' | 'seen';
}

/** Result of a reconciliation. */
export interface Reconciled extends Pick<
  Comparison,
  'conversations' | 'objects' | 'recordings' | 'unexplained' | 'young'
> {
  /** Foreign objects unknown before. */
  readonly newForeign: number;
  readonly findings: readonly Finding[];
  /** Conversations left for the next run. */
  readonly left: number;
}

/**
 * Compares the whole bucket with the ledger. Checks each difference again before recording it: foreign objects as rows,
 * other differences as facts of the start, which the watch then judges.
 *
 * @returns undefined when it was stopped
 * @throws BucketUnreadable, ListingOutOfOrder or LedgerUnavailable, because an incomplete listing proves nothing
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciled | undefined> {
  const { bucket, bucketName, shouldContinue = () => true, ledger, now, onProgress } = options;
  const nowMs = now();
  const foreignRows = await ForeignRows.read(ledger.store);
  const shared = { store: ledger.store, bucket, bucketName, foreignRows, nowMs, shouldContinue };
  const compared = await compare({ ...shared, onProgress });
  if (compared === undefined) return undefined;

  const { foreign, objects, settled, suspects } = compared;
  await foreignRows.forget(settled.first);
  let newForeign = foreign.count;
  if (foreign.count > foreign.first.length) {
    // More foreign objects than fit into memory: list again and write each page.
    await compare({ ...shared, onForeign: (some) => foreignRows.add(some, nowMs) });
  } else if (foreign.count > mostAlerts(objects)) {
    await foreignRows.add(foreign.first, nowMs);
  } else {
    const again = await stillForeign(options, foreign.first);
    newForeign = again.length;
    await foreignRows.add(again, nowMs);
  }
  const { findings, left } = await lookAgain({ ...options, shouldContinue }, suspects);
  if (!shouldContinue()) return undefined;
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
  options: ReconcileOptions & Required<Pick<ReconcileOptions, 'shouldContinue'>>,
  { count, first }: Sample<Suspect>,
): Promise<{ readonly findings: readonly Finding[]; readonly left: number }> {
  const findings: Finding[] = [];
  let done = 0;
  while (done < first.length && options.shouldContinue()) {
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
  // The recordings of this start are in another bucket.
  if ((factOf(facts, 'expected')?.storage?.bucket ?? bucketName) !== bucketName) return [];
  if (factsOf(facts, 'erased').some(({ at }) => at > nowMs - ERASING_MS)) return [];
  const look = await lookInto(bucket, { conversationId, facts, nowMs });
  if (look.kind === 'unreadable') return 'unreadable';
  if (look.facts.length === 0) return [];
  for (const one of look.facts) await ledger.add(startId, one);
  await writeSummary(ledger, startId);
  // The watch judges the new facts.
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
