import { defined } from '../../contract/defined';
import { factOf, factsOf, TAVUS_EVENTS, type Fact, type FactOf } from './facts';
import { isHeld } from './holds';
import {
  misplacedMs,
  recordingsOf,
  wasRecorded,
  wasThereAfter,
  type KnownRecording,
  type Recording,
} from './recordings';

interface StateRow {
  readonly meaning: string;
  /** Whether nothing more is awaited. */
  readonly isFinal: boolean;
  /** Whether an operator is told. */
  readonly isTold: boolean;
  /** How it counts among the recordings that were due; undefined: not at all, or not yet. */
  readonly counts?: 'good' | 'bad';
  /** Where one more fact can lead; undefined: wherever the rules say. */
  readonly leadsTo?: readonly string[];
}

/** What a start can have come to, from the beginning of a call to the end of its recording. */
const TABLE = {
  'not-created': {
    meaning: 'Tavus made no conversation.',
    isFinal: true,
    isTold: false,
  },
  abandoned: {
    meaning:
      'The start was cut off before its outcome was known. A conversation that it may have made is looked for and ended; nobody has its address.',
    isFinal: true,
    isTold: false,
  },
  'not-expected': {
    meaning:
      'No recording was due: recording is off, was not wanted, had no consent, or was too short to be kept.',
    isFinal: true,
    isTold: false,
  },
  'no-call': {
    meaning: 'Nobody joined, so no recording was due.',
    isFinal: true,
    isTold: false,
  },
  starting: {
    meaning: 'A recording is due, and has not started yet.',
    isFinal: false,
    isTold: false,
  },
  recording: {
    meaning: 'The page says that the call is being recorded.',
    isFinal: false,
    isTold: false,
  },
  waiting: {
    meaning: 'The call is over, or the recording was stopped, and the recording is not there yet.',
    isFinal: false,
    isTold: false,
  },
  announced: {
    meaning: 'Tavus says that the recording is in the bucket. The backend has not looked, or may not.',
    isFinal: true,
    isTold: false,
    counts: 'good',
  },
  landed: {
    meaning: 'The recording was seen in the bucket, complete and playable.',
    isFinal: true,
    isTold: false,
    counts: 'good',
    // The first six: by another recording of the same conversation.
    leadsTo: [
      'recording',
      'waiting',
      'announced',
      'missing',
      'unannounced',
      'late',
      'partial',
      'gone',
      'expired',
      'erased',
    ],
  },
  partial: {
    meaning:
      'The recording is in the bucket, but not as it should be: cut off, not playable, not encrypted as expected, or overwritten.',
    isFinal: true,
    isTold: true,
    counts: 'bad',
  },
  missing: {
    meaning: 'The recording should be in the bucket, and is not.',
    isFinal: false,
    isTold: true,
    counts: 'bad',
  },
  unannounced: {
    meaning:
      'Tavus should have announced the recording, and has not. The backend may not, or cannot, look into the bucket.',
    isFinal: false,
    isTold: true,
    counts: 'bad',
  },
  late: {
    meaning:
      'The recording came after an operator had been told that it is missing. A second notice takes that back.',
    isFinal: true,
    isTold: true,
    counts: 'bad',
  },
  gone: {
    meaning: 'The recording was in the bucket, and disappeared before its day.',
    isFinal: true,
    isTold: true,
    counts: 'bad',
  },
  expired: {
    meaning: 'The bucket deleted the recording on its day.',
    isFinal: true,
    isTold: false,
    counts: 'good',
  },
  erased: {
    meaning: 'An operator had the recording deleted.',
    isFinal: true,
    isTold: false,
    leadsTo: ['back'],
  },
  back: {
    meaning: 'An operator had the recording deleted, and something was seen there afterwards.',
    isFinal: false,
    isTold: true,
    leadsTo: ['erased'],
  },
  unwanted: {
    meaning: 'The call was recorded although recording was off, not wanted, or had no consent.',
    isFinal: false,
    isTold: true,
  },
} as const satisfies Readonly<Record<string, StateRow>>;

export type State = keyof typeof TABLE;
export const STATES: Readonly<Record<State, StateRow>> = TABLE;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table
export const STATE_NAMES = Object.keys(TABLE) as readonly State[];

export interface StartState {
  readonly state: State;
  /** Why: of the watch's judgement, or why nothing was created or nothing was to be recorded. */
  readonly cause?: string;
  /** Oldest first. */
  readonly recordings: readonly KnownRecording[];
  readonly conversationId?: string;
  /** It must not be erased: copies are kept beyond its day. */
  readonly isHeld: boolean;
}

/** How far our clock and the vendor's may be apart. */
const CLOCKS_APART_MS = 5_000;

/** The report of a start comes at most so long after the start: Daily takes up to 25 s until a recording runs. */
const REPORT_MS = 60_000;

type Report = FactOf<'page'>;
type Verdict = FactOf<'judged'>['verdict'];

/** Reports by which a page says that somebody was in the room. */
const PRESENCE: ReadonlySet<Report['event']> = new Set([
  'joined',
  'asked',
  'recording-started',
  'recording-stopped',
  'recording-error',
]);

/**
 * When recordings were started, by our clock, in order: a page's own may be wrong. Two pages that report the same recording
 * report one start.
 */
function startsOf(reports: readonly Report[]): readonly number[] {
  const starts = new Map<string, number>();
  for (const { event, recordingId, reportId, at } of reports) {
    if (event !== 'recording-started') continue;
    const one = recordingId === undefined ? `report ${reportId}` : `recording ${recordingId}`;
    starts.set(one, Math.min(at, starts.get(one) ?? at));
  }
  return [...starts.values()].toSorted((one, other) => one - other);
}

/**
 * Whether the latest report says that a recording runs. Reports overtake each other, so those of one session count by its
 * own clock, and only the latest of each by ours. An error stops nothing: asking twice gives one, too.
 */
function isRunning(reports: readonly Report[]): boolean {
  const latest = new Map<string, Report>();
  const isStop = ({ event }: Report): number => Number(event === 'recording-stopped');
  for (const one of reports) {
    if (one.event !== 'recording-started' && one.event !== 'recording-stopped') continue;
    const other = latest.get(one.session ?? '');
    const isLater =
      other === undefined ||
      (one.pageAt - other.pageAt || one.at - other.at || isStop(one) - isStop(other)) > 0;
    if (isLater) latest.set(one.session ?? '', one);
  }
  const last = [...latest.values()].toSorted(
    (one, other) => one.at - other.at || isStop(one) - isStop(other),
  );
  return last.at(-1)?.event === 'recording-started';
}

/**
 * Whether a page started another recording after this one. The first report after its beginning is its own, however short
 * it was; later ones are another's if they came after its end, and a page that came back if before.
 */
const hasFollower = (
  { startedMs, endedMs }: { readonly startedMs: number; readonly endedMs: number },
  starts: readonly number[],
): boolean =>
  starts
    .filter((at) => at >= startedMs - CLOCKS_APART_MS)
    .some((at, n) => at > endedMs && (n > 0 || at > startedMs + REPORT_MS));

/** The facts as the rules ask for them. */
interface Known {
  readonly result: FactOf<'outcome'>['result'] | undefined;
  /** False: no recording is due. */
  readonly isDue: boolean;
  readonly wasRecorded: boolean;
  readonly isErased: boolean;
  readonly isBack: boolean;
  readonly somebodyCame: boolean;
  readonly absentTimeout: boolean;
  readonly hasStarted: boolean;
  readonly isRunning: boolean;
  readonly isOver: boolean;
  /** The last verdict, if nothing that came later overrules it. */
  readonly verdict: Verdict | undefined;
  readonly wasTold: boolean;
  readonly recordings: readonly KnownRecording[];
  /** No recording runs or is awaited: the newest is there, or announced, and none has failed. */
  readonly isSettled: boolean;
  readonly hasFailed: boolean;
}

const some = ({ recordings }: Known, ...places: readonly KnownRecording['whereabouts'][]): boolean =>
  recordings.some(({ whereabouts }) => places.includes(whereabouts));

/** Which state it is: the first that applies. */
export const PRECEDENCE: readonly {
  readonly state: State;
  readonly applies: (known: Known) => boolean;
}[] = [
  // Erased, and an object was seen later than the last step of the erasure.
  { state: 'back', applies: ({ isErased, isBack }) => isErased && isBack },
  // An erasure has begun.
  { state: 'erased', applies: ({ isErased }) => isErased },
  { state: 'not-created', applies: ({ result }) => result === 'not-created' },
  { state: 'abandoned', applies: ({ result }) => result === 'abandoned' },
  // Not to be recorded, and a recording was announced, could not be copied, or was seen.
  { state: 'unwanted', applies: (known) => !known.isDue && known.wasRecorded },
  // Not to be recorded.
  { state: 'not-expected', applies: ({ isDue }) => !isDue },
  // An object that was there is not, before the day on which the bucket deletes it.
  { state: 'gone', applies: (known) => some(known, 'gone') },
  // Judged so, and no recording was started or has come since.
  { state: 'missing', applies: ({ verdict }) => verdict === 'missing' },
  // Judged so, and no recording was started or has come since.
  { state: 'unannounced', applies: ({ verdict }) => verdict === 'unannounced' },
  // An object is not as it should be, or judged so.
  { state: 'partial', applies: (known) => some(known, 'flawed') || known.verdict === 'partial' },
  // All recordings have come, and an operator had been told of one that is missing or unannounced.
  {
    state: 'late',
    applies: (known) => known.isSettled && known.wasTold && some(known, 'announced', 'intact'),
  },
  // All recordings have come, and one of them only by the word of Tavus.
  { state: 'announced', applies: (known) => known.isSettled && some(known, 'announced') },
  // All recordings have come, and what has not expired was seen.
  { state: 'landed', applies: (known) => known.isSettled && some(known, 'intact') },
  // All recordings had come, and each has expired.
  { state: 'expired', applies: (known) => known.isSettled && some(known, 'expired') },
  // No page reports that somebody came, and Tavus gave up waiting for somebody, or it was judged so.
  {
    state: 'no-call',
    applies: ({ somebodyCame, absentTimeout, verdict, hasFailed }) =>
      !somebodyCame && !hasFailed && (absentTimeout || verdict === 'no-call'),
  },
  // Judged that nothing was due.
  { state: 'not-expected', applies: ({ verdict, hasFailed }) => verdict === 'fine' && !hasFailed },
  // The last report of a page is that a recording runs; the call is not over, and that recording has not come.
  { state: 'recording', applies: (known) => known.isRunning && !known.isOver },
  // The call is over, or a recording was started.
  { state: 'waiting', applies: ({ isOver, hasStarted, hasFailed }) => isOver || hasStarted || hasFailed },
  { state: 'starting', applies: () => true },
];

function judgement(facts: readonly Fact[]): FactOf<'judged'> | undefined {
  // That the watch looks no longer says nothing about the recording.
  const judged = factsOf(facts, 'judged').filter(({ verdict }) => verdict !== 'closed');
  return judged.toSorted((one, other) => one.n - other.n).at(-1);
}

function wasTold(facts: readonly Fact[]): boolean {
  const told = new Set(factsOf(facts, 'told').map(({ n }) => n));
  return factsOf(facts, 'judged').some(
    ({ n, verdict }) => told.has(n) && (verdict === 'missing' || verdict === 'unannounced'),
  );
}

/** The last verdict, unless a recording was started since, or, where none was there, has come. */
function standing(
  judged: FactOf<'judged'> | undefined,
  starts: readonly number[],
  recordings: readonly Recording[],
): Verdict | undefined {
  if (judged === undefined || judged.verdict === 'partial') return judged?.verdict;
  const isLater = (ms: number | undefined): boolean => ms !== undefined && ms > judged.at;
  const isOverruled = starts.some(isLater) || recordings.some(({ goodSinceMs }) => isLater(goodSinceMs));
  return isOverruled ? undefined : judged.verdict;
}

function knownOf(facts: readonly Fact[]): Known {
  const reports = factsOf(facts, 'page');
  const shutdowns = factsOf(facts, 'callback').filter(({ event }) => event === TAVUS_EVENTS.shutdown);
  const recordings = recordingsOf(facts);
  const judged = judgement(facts);
  const starts = startsOf(reports);

  // What the watch found to be nothing is not waited for any more.
  const fineMs = judged?.verdict === 'fine' ? judged.at : -Infinity;
  const hasFailed = [...recordings.map(({ failedMs }) => failedMs), misplacedMs(facts)].some(
    (ms) => ms !== undefined && ms > fineMs,
  );
  // One that could not be copied is over, too.
  const newest = recordings.at(-1);
  const startsSinceJudged = starts.filter((at) => at > (judged?.at ?? -Infinity));
  const isOpen = newest === undefined || hasFollower(newest, startsSinceJudged);
  const erased = factsOf(facts, 'erased').map(({ at }) => at);
  return {
    result: factOf(facts, 'outcome')?.result,
    isDue: factOf(facts, 'expected')?.isRecorded !== false,
    wasRecorded: wasRecorded(facts),
    isErased: erased.length > 0,
    isBack: wasThereAfter(facts, Math.max(...erased)),
    somebodyCame: reports.some(({ event }) => PRESENCE.has(event)),
    absentTimeout: shutdowns.some(({ reason }) => reason?.startsWith('participant_absent_timeout') === true),
    hasStarted: reports.some(({ event }) => event === 'recording-started' || event === 'recording-stopped'),
    isRunning: isOpen && isRunning(reports),
    isOver: shutdowns.length > 0 || reports.some(({ event }) => event === 'ended'),
    verdict: standing(judged, starts, recordings),
    wasTold: wasTold(facts),
    recordings: recordings.flatMap(({ known }) => known ?? []),
    isSettled: !isOpen && !hasFailed,
    hasFailed,
  };
}

/** What each verdict makes of a start, where nothing else is known. */
const STATE_OF_VERDICT: Readonly<Partial<Record<Verdict, State>>> = {
  missing: 'missing',
  unannounced: 'unannounced',
  partial: 'partial',
  gone: 'gone',
  unwanted: 'unwanted',
  back: 'back',
  'no-call': 'no-call',
  fine: 'not-expected',
};

function causeOf(facts: readonly Fact[], state: State): string | undefined {
  const outcome = factOf(facts, 'outcome');
  if (state === 'not-created') return outcome?.result === 'not-created' ? outcome.problem : undefined;
  const expected = factOf(facts, 'expected');
  if (expected?.isRecorded === false) return expected.reason;
  const judged = judgement(facts);
  return judged !== undefined && STATE_OF_VERDICT[judged.verdict] === state ? judged.cause : undefined;
}

/**
 * What a start has come to. Depends on the facts alone: not on their order, on repetitions, or on the time of day. What
 * time decides, the watch judges, and its judgement is a fact.
 */
export function stateOf(facts: readonly Fact[]): StartState {
  const known = knownOf(facts);
  const state = PRECEDENCE.find(({ applies }) => applies(known))?.state ?? 'starting';
  const outcome = factOf(facts, 'outcome');
  return {
    state,
    ...defined({
      cause: causeOf(facts, state),
      conversationId: outcome?.result === 'created' ? outcome.conversationId : undefined,
    }),
    recordings: known.recordings,
    isHeld: isHeld(facts),
  };
}
