import { defined } from '../../contract/defined';
import { RECORDING_KEY } from '../../contract/vendor-facts';
import { factOf, factsOf, TAVUS_EVENTS, type Fact, type FactOf } from './facts';

/**
 * Where a recording is. `announced`: not checked yet. `flawed`: in the bucket, with a fault. `lost`: announced, but never
 * in the bucket. `gone`: disappeared before its expiry date. `expired`: deleted by the bucket on that date. `erased`:
 * deleted by an operator.
 */
export type Whereabouts = 'announced' | 'intact' | 'flawed' | 'lost' | 'gone' | 'expired' | 'erased';

/** A recording that Tavus announced at the requested location, or that was seen there. */
export interface KnownRecording {
  readonly key: string;
  readonly whereabouts: Whereabouts;
  /** Whether it was seen in the bucket and is intact. */
  readonly verified: boolean;
  /** The version seen last. */
  readonly versionId?: string;
  readonly bytes?: number;
  readonly durationSec?: number;
  /** `s3`, `kms`, or S3's name for another kind. */
  readonly encryption?: string;
  /** Epoch ms, from its key. */
  readonly startedMs: number;
  /** When the bucket deletes it, epoch ms: from S3, else computed from the retention at the start. */
  readonly expiresMs?: number;
}

/** A recording named by any fact, including one that could not be copied. Times are epoch ms. */
export interface RecordingFacts {
  readonly startedMs: number;
  /** Its start plus the measured duration, else the longest that Tavus announced. */
  readonly endedMs: number;
  /** Undefined: only failures are known. */
  readonly known: KnownRecording | undefined;
  /** Since when no fact contradicts it; undefined while one does. */
  readonly goodSinceMs: number | undefined;
  /** When it was found lost, at the wrong location or not copied; undefined if it was not, or was found intact later. */
  readonly failedMs: number | undefined;
  /** The last check of the bucket, including one that found nothing. */
  readonly look: FactOf<'seen'> | undefined;
  /** When it was last announced. */
  readonly announcedMs: number | undefined;
}

type SeenFact = FactOf<'seen'>;
type CallbackFact = FactOf<'callback'>;

/** Worst last: it wins over another check at the same time. */
const FOUND: readonly SeenFact['found'][] = [
  'intact',
  'partial',
  'not-playable',
  'wrong-encryption',
  'overwritten',
  'nothing',
];

/** Oldest first. Never 0, because no two rows have the same key. */
const byTime = (one: SeenFact, other: SeenFact): number =>
  one.at - other.at ||
  FOUND.indexOf(one.found) - FOUND.indexOf(other.found) ||
  (one.versionId ?? '').localeCompare(other.versionId ?? '', 'en');

/** Whether a check found an object. */
export const isThere = ({ found }: SeenFact): boolean => found !== 'nothing';
const timesOf = (facts: readonly { readonly at: number }[]): readonly number[] => facts.map(({ at }) => at);
const earliest = (facts: readonly { readonly at: number }[]): number | undefined =>
  timesOf(facts).toSorted((one, other) => one - other)[0];
const latest = (facts: readonly { readonly at: number }[]): number | undefined =>
  timesOf(facts).toSorted((one, other) => other - one)[0];

const DAY_MS = 86_400_000;

/** S3 deletes at the first midnight (UTC) after the retention. Without a retention: never. */
const expiryOf = (startedMs: number, retentionDays = Infinity): number =>
  Math.ceil(startedMs / DAY_MS + retentionDays) * DAY_MS;

/** Tavus announced it at the requested location. */
const isAnnouncement = ({ event, recording }: CallbackFact): boolean =>
  event === TAVUS_EVENTS.ready && recording?.wrong.length === 0;

/** The announcement of a recording at the requested location, with the longest duration announced. Undefined: none. */
export function announcementOf(
  facts: readonly Fact[],
  key: string,
): { readonly durationSec: number | undefined } | undefined {
  const announcements = factsOf(facts, 'callback').filter(
    (one) => isAnnouncement(one) && one.recording?.key === key,
  );
  return announcements.length === 0 ? undefined : { durationSec: longestSec(announcements) };
}

/** The checks of an object, oldest first. */
export const looksAt = (facts: readonly Fact[], key: string): readonly SeenFact[] =>
  factsOf(facts, 'seen')
    .filter((one) => one.key === key)
    .toSorted(byTime);

const longestSec = (callbacks: readonly CallbackFact[]): number | undefined =>
  callbacks.flatMap(({ recording }) => recording?.durationSec ?? []).toSorted((one, other) => other - one)[0];

const isFailure = (callback: CallbackFact): boolean =>
  callback.event === TAVUS_EVENTS.copyFailed ||
  (callback.event === TAVUS_EVENTS.ready && !isAnnouncement(callback));

/** Since when an object is no longer there; undefined while it is there or if it never was. */
function vanishedMs(looks: readonly SeenFact[]): number | undefined {
  const lastThere = looks.findLastIndex(isThere);
  return lastThere === -1 ? undefined : looks[lastThere + 1]?.at;
}

/** Facts that apply to all recordings of a start. */
interface Bounds {
  readonly retentionDays: number | undefined;
  /** When an erasure last found the bucket empty. */
  readonly emptyMs: number | undefined;
}

function whereaboutsOf(looks: readonly SeenFact[], expiresMs: number, emptyMs = -Infinity): Whereabouts {
  if (emptyMs > (looks.findLast(isThere)?.at ?? 0)) return 'erased';
  const vanished = vanishedMs(looks);
  if (vanished !== undefined) return vanished < expiresMs ? 'gone' : 'expired';
  const found = looks.at(-1)?.found;
  if (found === undefined) return 'announced';
  if (found === 'nothing') return 'lost';
  return found === 'intact' ? 'intact' : 'flawed';
}

/** Since when no fact contradicts a recording. */
function goodSince(announcements: readonly CallbackFact[], looks: readonly SeenFact[]): number | undefined {
  const lastNothing = looks.findLastIndex((look) => !isThere(look));
  const since = looks.slice(lastNothing + 1);
  return earliest(lastNothing === -1 ? [...announcements, ...since] : since);
}

/** Combines the facts about one object. */
function recordingOf(
  { key, startedMs }: { readonly key: string; readonly startedMs: number },
  callbacks: readonly CallbackFact[],
  unsortedLooks: readonly SeenFact[],
  { retentionDays, emptyMs }: Bounds,
): RecordingFacts {
  const looks = unsortedLooks.toSorted(byTime);
  const announcements = callbacks.filter(isAnnouncement);
  const seen = looks.findLast(isThere);
  const durationSec = seen?.durationSec ?? longestSec(callbacks);
  const common = {
    startedMs,
    endedMs: startedMs + (durationSec ?? 0) * 1000,
    look: looks.at(-1),
    announcedMs: latest(announcements),
  };
  if (announcements.length === 0 && seen === undefined) {
    const failedMs = latest(callbacks.filter(isFailure));
    return { ...common, known: undefined, goodSinceMs: undefined, failedMs };
  }
  const expiresMs = seen?.expiresMs ?? expiryOf(startedMs, retentionDays);
  const whereabouts = whereaboutsOf(looks, expiresMs, emptyMs);
  return {
    ...common,
    known: {
      key,
      whereabouts,
      verified: whereabouts === 'intact',
      ...defined({
        bytes: seen?.bytes,
        durationSec,
        versionId: seen?.versionId,
        encryption: seen?.encryption,
      }),
      startedMs,
      ...(expiresMs < Infinity && { expiresMs }),
    },
    goodSinceMs: goodSince(announcements, looks),
    failedMs: whereabouts === 'lost' ? latest(looks) : undefined,
  };
}

/** Groups a list by object key; drops entries without one. */
function byKey<T>(
  list: readonly T[],
  keyOf: (one: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Every recording of a start, oldest first. Ignores keys of another form. */
export function recordingsOf(facts: readonly Fact[]): readonly RecordingFacts[] {
  const looks = byKey(factsOf(facts, 'seen'), ({ key }) => key);
  const callbacks = byKey(factsOf(facts, 'callback'), ({ recording }) => recording?.key);
  const bounds = {
    retentionDays: factOf(facts, 'expected')?.storage?.retentionDays,
    emptyMs: latest(factsOf(facts, 'erased').filter(({ step }) => step.startsWith('empty-'))),
  };
  return [...new Set([...looks.keys(), ...callbacks.keys()])]
    .toSorted()
    .flatMap((key) => {
      const epochMs = RECORDING_KEY.exec(key)?.groups?.['epochMs'];
      if (epochMs === undefined) return [];
      const one = { key, startedMs: Number(epochMs) };
      return recordingOf(one, callbacks.get(key) ?? [], looks.get(key) ?? [], bounds);
    })
    .toSorted((one, other) => one.startedMs - other.startedMs);
}

/** When Tavus reported a recording without a key of this conversation, so that its location is unknown. */
export const unlocatedMs = (facts: readonly Fact[]): number | undefined =>
  latest(factsOf(facts, 'callback').filter((one) => isFailure(one) && one.recording?.key === undefined));

/** Whether any fact shows that a recording exists or existed, at any location. */
export const wasRecorded = (facts: readonly Fact[]): boolean =>
  factsOf(facts, 'seen').some(isThere) ||
  factsOf(facts, 'callback').some((one) => isAnnouncement(one) || isFailure(one));

/** Whether an object was seen after a time and is still there. */
export const wasThereAfter = (facts: readonly Fact[], ms: number): boolean =>
  [...byKey(factsOf(facts, 'seen'), ({ key }) => key).values()].some((looks) => {
    const look = looks.toSorted(byTime).at(-1);
    return look !== undefined && isThere(look) && look.at > ms;
  });
