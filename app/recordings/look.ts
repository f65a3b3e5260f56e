import { RECORDING_KEY, RECORDING_KEY_PREFIX } from '../../contract/vendor-facts';
import { factOf, factsOf, type Fact, type FactOf } from '../ledger/facts';
import { announcementOf, looksAt } from '../ledger/recordings';
import { BucketUnreadable, type ObjectVersion, type OpenUpload, type UnreadableReason } from './bucket';
import type { MonitoredBucket } from './open-bucket';
import { seeObject, type ObjectCheck } from './see-object';

export interface LookOptions {
  readonly conversationId: string;
  /** Facts of its start, read before the check. */
  readonly facts: readonly Fact[];
  /** Time of the new facts. */
  readonly nowMs: number;
}

/** Result of checking the bucket for one conversation. */
export type BucketLook =
  | {
      readonly kind: 'read';
      /** Only differences to the previous check. */
      readonly facts: readonly FactOf<'seen'>[];
      /** Open uploads of this conversation. */
      readonly uploads: readonly OpenUpload[];
      /** Keys below the conversation that are not recordings: Daily can write captions and an event log there. */
      readonly unexplained: readonly string[];
    }
  /** The content of the bucket is unknown. */
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason; readonly sinceMs: number };

/**
 * Checks the bucket for the objects of one conversation. Versions that the facts know are not inspected again, so a check
 * without changes costs two requests.
 */
export async function lookInto(bucket: MonitoredBucket, options: LookOptions): Promise<BucketLook> {
  try {
    return await read(bucket, options);
  } catch (error) {
    if (!(error instanceof BucketUnreadable)) throw error;
    return { kind: 'unreadable', reason: error.reason, sinceMs: bucket.unreadableSinceMs ?? options.nowMs };
  }
}

async function read(
  bucket: MonitoredBucket,
  { conversationId, facts, nowMs }: LookOptions,
): Promise<BucketLook> {
  const prefix = `${RECORDING_KEY_PREFIX}${conversationId}/`;
  const listed = new Map<string, ObjectVersion[]>();
  for await (const page of bucket.versions(prefix)) {
    for (const one of page) listed.set(one.key, [...(listed.get(one.key) ?? []), one]);
  }
  const uploads = await bucket.uploads(prefix);
  const keys = new Set([...listed.keys(), ...knownKeys(facts)]);
  const found: FactOf<'seen'>[] = [];
  for (const key of [...keys].filter((one) => isRecording(one, prefix)).toSorted()) {
    const one = { key, versions: listed.get(key) ?? [], facts };
    found.push(
      ...(await newsOf(bucket, one)).map((seen) => ({ kind: 'seen', at: nowMs, key, ...seen }) as const),
    );
  }
  const unexplained = [...listed]
    .filter(([key, versions]) => !isRecording(key, prefix) && currentOf(versions) !== undefined)
    .map(([key]) => key);
  return { kind: 'read', facts: found, uploads, unexplained };
}

const isRecording = (key: string, prefix: string): boolean =>
  key.startsWith(prefix) && RECORDING_KEY.test(key);

/** Keys that the facts name. */
const knownKeys = (facts: readonly Fact[]): readonly string[] => [
  ...factsOf(facts, 'seen').map(({ key }) => key),
  ...factsOf(facts, 'callback').flatMap(({ recording }) => recording?.key ?? []),
];

/** Undefined when there is none, or a delete marker hides it. */
const currentOf = (versions: readonly ObjectVersion[]): ObjectVersion | undefined =>
  versions.find(({ isLatest, isMarker }) => isLatest && !isMarker);

interface KeyAtLook {
  readonly key: string;
  /** Newest first. */
  readonly versions: readonly ObjectVersion[];
  readonly facts: readonly Fact[];
}

/** Differences of one object to the previous check. */
async function newsOf(
  bucket: MonitoredBucket,
  { key, versions, facts }: KeyAtLook,
): Promise<readonly ObjectCheck[]> {
  const looks = looksAt(facts, key);
  const last = looks.at(-1);
  const announcement = announcementOf(facts, key);
  const objects = versions.filter(({ isMarker }) => !isMarker);
  const seen = await seeObject(bucket, objects, {
    storage: factOf(facts, 'expected')?.storage,
    announcedSec: announcement?.durationSec,
    looks,
  });
  if (seen !== undefined && currentOf(versions) !== undefined) {
    return isNews(seen, last, facts) ? [seen] : [];
  }
  // A version that was deleted between two checks did exist, so it is recorded, too.
  const wasMissed = seen !== undefined && !looks.some(({ versionId }) => versionId === seen.versionId);
  const isMissed = wasMissed || last !== undefined || announcement !== undefined;
  return [
    ...(wasMissed ? [seen] : []),
    ...(isMissed && (wasMissed || last?.found !== 'nothing') ? [{ found: 'nothing' } as const] : []),
  ];
}

/** Whether the object differs from the last check, or exists although it was erased meanwhile. */
function isNews(seen: ObjectCheck, last: FactOf<'seen'> | undefined, facts: readonly Fact[]): boolean {
  if (last === undefined || last.found !== seen.found || last.why !== seen.why) return true;
  if (last.versionId !== seen.versionId || last.bytes !== seen.bytes) return true;
  return factsOf(facts, 'erased').some(({ at }) => at >= last.at);
}
