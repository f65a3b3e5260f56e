import { defined } from '../../contract/defined';
import { RECORDING_KEY } from '../../contract/vendor-facts';
import { factOf, factsOf, TAVUS_EVENTS, type Fact, type FactOf } from './facts';

/**
 * Where a recording is. `announced`: nobody has looked. `flawed`: there, and not as it should be. `lost`: announced, and
 * never there. `gone`, `expired`: it was there; before, and on the day on which the bucket deletes it. `erased`: an operator
 * had it deleted.
 */
export type Whereabouts = 'announced' | 'intact' | 'flawed' | 'lost' | 'gone' | 'expired' | 'erased';

/** A recording that Tavus announced where we asked for it, or that was seen there. */
export interface KnownRecording {
  readonly key: string;
  readonly whereabouts: Whereabouts;
  /** Whether it is in the bucket, seen and intact. */
  readonly verified: boolean;
  /** Of the version that was seen last. */
  readonly versionId?: string;
  readonly bytes?: number;
  readonly durationSec?: number;
  /** `s3`, `kms`, or S3's own word for another one. */
  readonly encryption?: string;
  /** Epoch ms, from its key. */
  readonly startedMs: number;
  /** When the bucket deletes it, epoch ms: as S3 said, else from the retention that held at the start. */
  readonly expiresMs?: number;
}

/** A recording of which anything is known, also one that could not be copied. Times are epoch ms. */
export interface Recording {
  readonly startedMs: number;
  /** Its start and the duration that was seen, or else the longest that Tavus tells. */
  readonly endedMs: number;
  /** What speaks for it. Undefined: only failures are known. */
  readonly known: KnownRecording | undefined;
  /** Since when nothing has spoken against it; undefined while something does. */
  readonly goodSinceMs: number | undefined;
  /** When it was found to be lost, misplaced or not copied; undefined if it was not, or that is overcome. */
  readonly failedMs: number | undefined;
  /** What the last look found, a look that found nothing too. */
  readonly look: FactOf<'seen'> | undefined;
  /** When it was last announced. */
  readonly announcedMs: number | undefined;
}

type Look = FactOf<'seen'>;
type Telling = FactOf<'callback'>;

/** The worst last: of two looks at the same time it counts. */
const FOUND: readonly Look['found'][] = [
  'intact',
  'partial',
  'not-playable',
  'wrong-encryption',
  'overwritten',
  'nothing',
];

/** Oldest first. No two are equal, because no two rows have the same key. */
const byTime = (one: Look, other: Look): number =>
  one.at - other.at ||
  FOUND.indexOf(one.found) - FOUND.indexOf(other.found) ||
  (one.versionId ?? '').localeCompare(other.versionId ?? '', 'en');

/** Whether a look found an object. */
export const isThere = ({ found }: Look): boolean => found !== 'nothing';
const timesOf = (facts: readonly { readonly at: number }[]): readonly number[] => facts.map(({ at }) => at);
const earliest = (facts: readonly { readonly at: number }[]): number | undefined =>
  timesOf(facts).toSorted((one, other) => one - other)[0];
const latest = (facts: readonly { readonly at: number }[]): number | undefined =>
  timesOf(facts).toSorted((one, other) => other - one)[0];

const DAY_MS = 86_400_000;

/** S3 deletes at the first midnight (UTC) after the days are over. Without a number of days there is no such day. */
const expiryOf = (startedMs: number, retentionDays = Infinity): number =>
  Math.ceil(startedMs / DAY_MS + retentionDays) * DAY_MS;

/** Tavus says that it is where we asked for it. */
const isAnnouncement = ({ event, recording }: Telling): boolean =>
  event === TAVUS_EVENTS.ready && recording?.wrong.length === 0;

/** A recording as Tavus announced it where we asked for it; the longest it told. Undefined: it did not. */
export function announcementOf(
  facts: readonly Fact[],
  key: string,
): { readonly durationSec: number | undefined } | undefined {
  const announcements = factsOf(facts, 'callback').filter(
    (one) => isAnnouncement(one) && one.recording?.key === key,
  );
  return announcements.length === 0 ? undefined : { durationSec: longestSec(announcements) };
}

/** The looks at an object, oldest first. */
export const looksAt = (facts: readonly Fact[], key: string): readonly Look[] =>
  factsOf(facts, 'seen')
    .filter((one) => one.key === key)
    .toSorted(byTime);

const longestSec = (tellings: readonly Telling[]): number | undefined =>
  tellings.flatMap(({ recording }) => recording?.durationSec ?? []).toSorted((one, other) => other - one)[0];

const isFailure = (telling: Telling): boolean =>
  telling.event === TAVUS_EVENTS.copyFailed ||
  (telling.event === TAVUS_EVENTS.ready && !isAnnouncement(telling));

/** Since when an object that was there is not; undefined while it is there, or was never. */
function vanishedMs(looks: readonly Look[]): number | undefined {
  const lastThere = looks.findLastIndex(isThere);
  return lastThere === -1 ? undefined : looks[lastThere + 1]?.at;
}

/** Limits that the facts set to all recordings of a start. */
interface Bounds {
  readonly retentionDays: number | undefined;
  /** When an erasure found the bucket empty; undefined: none did. */
  readonly emptyMs: number | undefined;
}

function whereaboutsOf(looks: readonly Look[], expiresMs: number, emptyMs = -Infinity): Whereabouts {
  if (emptyMs > (looks.findLast(isThere)?.at ?? 0)) return 'erased';
  const vanished = vanishedMs(looks);
  if (vanished !== undefined) return vanished < expiresMs ? 'gone' : 'expired';
  const found = looks.at(-1)?.found;
  if (found === undefined) return 'announced';
  if (found === 'nothing') return 'lost';
  return found === 'intact' ? 'intact' : 'flawed';
}

/** Since when nothing has spoken against a recording. */
function goodSince(announcements: readonly Telling[], looks: readonly Look[]): number | undefined {
  const lastNothing = looks.findLastIndex((look) => !isThere(look));
  const since = looks.slice(lastNothing + 1);
  return earliest(lastNothing === -1 ? [...announcements, ...since] : since);
}

/** What is known of one object. */
function recordingOf(
  { key, startedMs }: { readonly key: string; readonly startedMs: number },
  tellings: readonly Telling[],
  unsortedLooks: readonly Look[],
  { retentionDays, emptyMs }: Bounds,
): Recording {
  const looks = unsortedLooks.toSorted(byTime);
  const announcements = tellings.filter(isAnnouncement);
  const seen = looks.findLast(isThere);
  const durationSec = seen?.durationSec ?? longestSec(tellings);
  const common = {
    startedMs,
    endedMs: startedMs + (durationSec ?? 0) * 1000,
    look: looks.at(-1),
    announcedMs: latest(announcements),
  };
  if (announcements.length === 0 && seen === undefined) {
    const failedMs = latest(tellings.filter(isFailure));
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

/** Puts together what says something of the same object; what names none is left out. */
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

/** Every recording of a start, oldest first. Keys of another form are no recordings. */
export function recordingsOf(facts: readonly Fact[]): readonly Recording[] {
  const looks = byKey(factsOf(facts, 'seen'), ({ key }) => key);
  const tellings = byKey(factsOf(facts, 'callback'), ({ recording }) => recording?.key);
  const bounds = {
    retentionDays: factOf(facts, 'expected')?.storage?.retentionDays,
    emptyMs: latest(factsOf(facts, 'erased').filter(({ step }) => step.startsWith('empty-'))),
  };
  return [...new Set([...looks.keys(), ...tellings.keys()])]
    .toSorted()
    .flatMap((key) => {
      const epochMs = RECORDING_KEY.exec(key)?.groups?.['epochMs'];
      if (epochMs === undefined) return [];
      const one = { key, startedMs: Number(epochMs) };
      return recordingOf(one, tellings.get(key) ?? [], looks.get(key) ?? [], bounds);
    })
    .toSorted((one, other) => one.startedMs - other.startedMs);
}

/** When Tavus told of a recording without a key of this conversation: where it lies nobody knows. */
export const misplacedMs = (facts: readonly Fact[]): number | undefined =>
  latest(factsOf(facts, 'callback').filter((one) => isFailure(one) && one.recording?.key === undefined));

/** Whether anything says that there is, or was, a recording, wherever it lies. */
export const wasRecorded = (facts: readonly Fact[]): boolean =>
  factsOf(facts, 'seen').some(isThere) ||
  factsOf(facts, 'callback').some((one) => isAnnouncement(one) || isFailure(one));

/** Whether something is there, seen after a time. */
export const wasThereAfter = (facts: readonly Fact[], ms: number): boolean =>
  [...byKey(factsOf(facts, 'seen'), ({ key }) => key).values()].some((looks) => {
    const look = looks.toSorted(byTime).at(-1);
    return look !== undefined && isThere(look) && look.at > ms;
  });
