import { defined } from '../../contract/defined';
import { factOf, factsOf, TAVUS_EVENTS, type Fact, type FactOf } from './facts';
import { isHeld } from './holds';
import {
  unlocatedMs,
  recordingsOf,
  wasRecorded,
  wasThereAfter,
  type KnownRecording,
  type RecordingFacts,
} from './recordings';

interface StateRow {
  readonly meaning: string;
  /** Whether no further event is expected. */
  readonly isFinal: boolean;
  /** Whether it raises an alert. */
  readonly isTold: boolean;
  /** How it counts in the statistics of due recordings; undefined: not at all or not yet. */
  readonly counts?: 'good' | 'bad';
  /** States that one more fact can lead to; undefined: any that the rules allow. */
  readonly leadsTo?: readonly string[];
}

/** The states of a start, from the begin of a call to the end of its recording. */
const TABLE = {
  'not-created': {
    meaning: 'Tavus created no conversation.',
    isFinal: true,
    isTold: false,
  },
  abandoned: {
    meaning:
      'The start was interrupted before its outcome was known. If it created a conversation, the backend finds and ends it; no caller has its address.',
    isFinal: true,
    isTold: false,
  },
  'not-expected': {
    meaning:
      'No recording was due: recording is off, was declined, had no consent, or the recording was too short.',
    isFinal: true,
    isTold: false,
  },
  'no-call': {
    meaning: 'No participant joined, so no recording was due.',
    isFinal: true,
    isTold: false,
  },
  starting: {
    meaning: 'A recording is due and has not started yet.',
    isFinal: false,
    isTold: false,
  },
  recording: {
    meaning: 'The page reports that the call is being recorded.',
    isFinal: false,
    isTold: false,
  },
  waiting: {
    meaning: 'The call is over or the recording was stopped, and the recording is not in the bucket yet.',
    isFinal: false,
    isTold: false,
  },
  announced: {
    meaning: 'Tavus announced the recording. The backend has not checked the bucket yet, or may not read it.',
    isFinal: true,
    isTold: false,
    counts: 'good',
  },
  landed: {
    meaning: 'The recording was seen in the bucket, complete and playable.',
    isFinal: true,
    isTold: false,
    counts: 'good',
    // The first six follow from another recording of the same conversation.
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
      'The recording is in the bucket, but has a fault: incomplete, not playable, not encrypted as expected, or overwritten.',
    isFinal: true,
    isTold: true,
    counts: 'bad',
  },
  missing: {
    meaning: 'The recording should be in the bucket, but is not.',
    isFinal: false,
    isTold: true,
    counts: 'bad',
  },
  unannounced: {
    meaning:
      'Tavus should have announced the recording, but has not. The backend cannot or may not read the bucket.',
    isFinal: false,
    isTold: true,
    counts: 'bad',
  },
  late: {
    meaning: 'The recording arrived after an alert that it was missing. A second notice withdraws the alert.',
    isFinal: true,
    isTold: true,
    counts: 'bad',
  },
  gone: {
    meaning: 'The recording was in the bucket, but disappeared before its expiry date.',
    isFinal: true,
    isTold: true,
    counts: 'bad',
  },
  expired: {
    meaning: 'The bucket deleted the recording on its expiry date.',
    isFinal: true,
    isTold: false,
    counts: 'good',
  },
  erased: {
    meaning: 'An operator deleted the recording.',
    isFinal: true,
    isTold: false,
    leadsTo: ['back'],
  },
  back: {
    meaning: 'An operator deleted the recording, but an object was found there afterwards.',
    isFinal: false,
    isTold: true,
    leadsTo: ['erased'],
  },
  unwanted: {
    meaning: 'The call was recorded although recording was off, declined, or without consent.',
    isFinal: false,
    isTold: true,
  },
} as const satisfies Readonly<Record<string, StateRow>>;

export type LedgerState = keyof typeof TABLE;
export const STATES: Readonly<Record<LedgerState, StateRow>> = TABLE;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table
export const STATE_NAMES = Object.keys(TABLE) as readonly LedgerState[];

export interface StartState {
  readonly state: LedgerState;
  /** The cause of the watch's judgement, or why nothing was created or no recording was due. */
  readonly cause?: string;
  /** Oldest first. */
  readonly recordings: readonly KnownRecording[];
  readonly conversationId?: string;
  /** On hold: it must not be erased, and copies are kept beyond its expiry date. */
  readonly isHeld: boolean;
}

/** Allowed difference between our clock and the vendor's. */
const CLOCKS_APART_MS = 5_000;

/** Longest delay between the start of a recording and its report: Daily takes up to 25 s to start one. */
const REPORT_MS = 60_000;

type PageFact = FactOf<'page'>;
type Verdict = FactOf<'judged'>['verdict'];

/** Reports that show that a participant was in the room. */
const PRESENCE: ReadonlySet<PageFact['event']> = new Set([
  'joined',
  'asked',
  'recording-started',
  'recording-stopped',
  'recording-error',
]);

/**
 * Start times of recordings, in order, by our clock, because a page's clock may be wrong. Reports of two pages about the
 * same recording count as one.
 */
function startsOf(reports: readonly PageFact[]): readonly number[] {
  const starts = new Map<string, number>();
  for (const { event, recordingId, reportId, at } of reports) {
    if (event !== 'recording-started') continue;
    const one = recordingId === undefined ? `report ${reportId}` : `recording ${recordingId}`;
    starts.set(one, Math.min(at, starts.get(one) ?? at));
  }
  return [...starts.values()].toSorted((one, other) => one - other);
}

/**
 * Whether the latest report says that a recording runs. Reports can arrive out of order, so reports of one session are
 * sorted by the page's clock, and the latest of each session by ours. An error report does not count as a stop: asking
 * twice causes one.
 */
function isRunning(reports: readonly PageFact[]): boolean {
  const latest = new Map<string, PageFact>();
  const isStop = ({ event }: PageFact): number => Number(event === 'recording-stopped');
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
 * Whether a page started another recording after this one. The first report after this recording's start belongs to it. A
 * later report belongs to another recording if it arrived after this one's end; otherwise a page was reloaded.
 */
const hasFollower = (
  { startedMs, endedMs }: { readonly startedMs: number; readonly endedMs: number },
  starts: readonly number[],
): boolean =>
  starts
    .filter((at) => at >= startedMs - CLOCKS_APART_MS)
    .some((at, n) => at > endedMs && (n > 0 || at > startedMs + REPORT_MS));

/** The facts in the form that the rules use. */
interface StateInputs {
  readonly result: FactOf<'outcome'>['result'] | undefined;
  /** False: no recording is due. */
  readonly isDue: boolean;
  readonly wasRecorded: boolean;
  readonly isErased: boolean;
  readonly isBack: boolean;
  readonly hasJoined: boolean;
  readonly absentTimeout: boolean;
  readonly hasStarted: boolean;
  readonly isRunning: boolean;
  readonly isOver: boolean;
  /** The last verdict, unless later facts overrule it. */
  readonly verdict: Verdict | undefined;
  readonly wasTold: boolean;
  readonly recordings: readonly KnownRecording[];
  /** No recording runs or is expected: the newest is in the bucket or announced, and none has failed. */
  readonly isSettled: boolean;
  readonly hasFailed: boolean;
}

const some = ({ recordings }: StateInputs, ...wanted: readonly KnownRecording['whereabouts'][]): boolean =>
  recordings.some(({ whereabouts }) => wanted.includes(whereabouts));

/** Rules in order; the first that applies gives the state. */
export const PRECEDENCE: readonly {
  readonly state: LedgerState;
  readonly applies: (known: StateInputs) => boolean;
}[] = [
  // An object was seen after the last step of the erasure.
  { state: 'back', applies: ({ isErased, isBack }) => isErased && isBack },
  { state: 'erased', applies: ({ isErased }) => isErased },
  { state: 'not-created', applies: ({ result }) => result === 'not-created' },
  { state: 'abandoned', applies: ({ result }) => result === 'abandoned' },
  // No recording was due, but one was announced, failed to copy, or was seen.
  { state: 'unwanted', applies: (known) => !known.isDue && known.wasRecorded },
  { state: 'not-expected', applies: ({ isDue }) => !isDue },
  // An object disappeared before its expiry date.
  { state: 'gone', applies: (known) => some(known, 'gone') },
  // The watch judged so, and no recording was started or arrived since.
  { state: 'missing', applies: ({ verdict }) => verdict === 'missing' },
  { state: 'unannounced', applies: ({ verdict }) => verdict === 'unannounced' },
  // An object has a fault, or the watch judged so.
  { state: 'partial', applies: (known) => some(known, 'flawed') || known.verdict === 'partial' },
  // All recordings have arrived, after an alert that one was missing or unannounced.
  {
    state: 'late',
    applies: (known) => known.isSettled && known.wasTold && some(known, 'announced', 'intact'),
  },
  // All recordings have arrived, and at least one was only announced by Tavus, not seen.
  { state: 'announced', applies: (known) => known.isSettled && some(known, 'announced') },
  // All recordings have arrived, and all that have not expired were seen.
  { state: 'landed', applies: (known) => known.isSettled && some(known, 'intact') },
  { state: 'expired', applies: (known) => known.isSettled && some(known, 'expired') },
  // No page reported a participant, and Tavus ended the call for that reason or the watch judged so.
  {
    state: 'no-call',
    applies: ({ hasJoined, absentTimeout, verdict, hasFailed }) =>
      !hasJoined && !hasFailed && (absentTimeout || verdict === 'no-call'),
  },
  // The watch judged that no recording was due.
  { state: 'not-expected', applies: ({ verdict, hasFailed }) => verdict === 'fine' && !hasFailed },
  // The last report of a page says that a recording runs, and that recording has not arrived.
  { state: 'recording', applies: (known) => known.isRunning && !known.isOver },
  // The call is over, or a recording was started.
  { state: 'waiting', applies: ({ isOver, hasStarted, hasFailed }) => isOver || hasStarted || hasFailed },
  { state: 'starting', applies: () => true },
];

function judgement(facts: readonly Fact[]): FactOf<'judged'> | undefined {
  // `closed` only means that the watch has stopped checking.
  const judged = factsOf(facts, 'judged').filter(({ verdict }) => verdict !== 'closed');
  return judged.toSorted((one, other) => one.n - other.n).at(-1);
}

function wasTold(facts: readonly Fact[]): boolean {
  const told = new Set(factsOf(facts, 'told').map(({ n }) => n));
  return factsOf(facts, 'judged').some(
    ({ n, verdict }) => told.has(n) && (verdict === 'missing' || verdict === 'unannounced'),
  );
}

/** The last verdict, unless a recording was started or found good since then. */
function standing(
  judged: FactOf<'judged'> | undefined,
  starts: readonly number[],
  recordings: readonly RecordingFacts[],
): Verdict | undefined {
  if (judged === undefined || judged.verdict === 'partial') return judged?.verdict;
  const isLater = (ms: number | undefined): boolean => ms !== undefined && ms > judged.at;
  const isOverruled = starts.some(isLater) || recordings.some(({ goodSinceMs }) => isLater(goodSinceMs));
  return isOverruled ? undefined : judged.verdict;
}

function knownOf(facts: readonly Fact[]): StateInputs {
  const reports = factsOf(facts, 'page');
  const shutdowns = factsOf(facts, 'callback').filter(({ event }) => event === TAVUS_EVENTS.shutdown);
  const recordings = recordingsOf(facts);
  const judged = judgement(facts);
  const starts = startsOf(reports);

  // A failure that the watch has judged harmless no longer counts.
  const fineMs = judged?.verdict === 'fine' ? judged.at : -Infinity;
  const hasFailed = [...recordings.map(({ failedMs }) => failedMs), unlocatedMs(facts)].some(
    (ms) => ms !== undefined && ms > fineMs,
  );
  // A recording that failed to copy has ended, too.
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
    hasJoined: reports.some(({ event }) => PRESENCE.has(event)),
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

/** The state that each verdict leads to. */
const STATE_OF_VERDICT: Readonly<Partial<Record<Verdict, LedgerState>>> = {
  missing: 'missing',
  unannounced: 'unannounced',
  partial: 'partial',
  gone: 'gone',
  unwanted: 'unwanted',
  back: 'back',
  'no-call': 'no-call',
  fine: 'not-expected',
};

function causeOf(facts: readonly Fact[], state: LedgerState): string | undefined {
  const outcome = factOf(facts, 'outcome');
  if (state === 'not-created') return outcome?.result === 'not-created' ? outcome.problem : undefined;
  const expected = factOf(facts, 'expected');
  if (expected?.isRecorded === false) return expected.reason;
  const judged = judgement(facts);
  return judged !== undefined && STATE_OF_VERDICT[judged.verdict] === state ? judged.cause : undefined;
}

/**
 * The state of a start. Depends only on the facts, not on their order, repetitions or the current time. The watch decides
 * what depends on time, and records its judgement as a fact.
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
