import { defined } from '../../contract/defined';
import { factOf, factsOf, type Fact, type FactOf } from '../ledger/facts';
import type { RecordingFacts, Whereabouts } from '../ledger/recordings';
import { stateOf, STATES } from '../ledger/states';
import { callOf, type ObservedCall } from './call';
import {
  CAUSES,
  causeOf,
  evidenceWords,
  lostUploads,
  hadNoParticipants,
  type BucketEvidence,
  type Cause,
  type Explained,
  type TavusLook,
} from './causes';
import { searchEndOf, deadlineOf, isExtended, nextLook } from './deadline';

type JudgedFact = FactOf<'judged'>;

/** The conclusion of a visit, recorded as the next judgement. Its `verdict` is the result by which alerts are chosen. */
export type Judgement = Pick<JudgedFact, 'verdict' | 'cause' | 'evidence'>;

export type VisitDecision =
  /** First ask Tavus, or check the bucket. */
  | { readonly kind: 'ask-tavus' | 'look' }
  | {
      readonly kind: 'decided';
      /** Undefined: nothing new. */
      readonly judgement?: Judgement;
      /** Epoch ms of the next visit; undefined: none is needed. */
      readonly nextMs?: number;
      /** The search is over: record {@link CLOSED} after the alert for this judgement. */
      readonly closes: boolean;
    };

export interface JudgeInput {
  readonly nowMs: number;
  /** RECORDING_DEADLINE_MIN. */
  readonly deadlineMin: number;
  readonly tavus: TavusLook;
  readonly bucket: BucketEvidence;
}

/**
 * Delay of the early alert for a room's error, which can still be fixed during the call. No alert if a recording starts
 * first.
 */
const EARLY_MS = 60_000;
const ALERTED_EARLY: ReadonlySet<string | undefined> = new Set<Cause>([
  'role-refused',
  'room-refused',
  'broke-off',
]);

/** How long, after the deadline, Tavus or the bucket may give no answer before an alert. */
const UNREADABLE_MS = 30 * 60_000;
/** Interval between visits while an announced recording is not seen, or Tavus or the bucket gives no answer. */
const AGAIN_MS = 60_000;

/** How long, after the deadline, to wait for a call that Tavus reports as running. */
const ACTIVE_MS = 2 * 3_600_000;
const WAIT_MS = 5 * 60_000;

type BadVerdict = Explained | 'unannounced';
/** The kind of alert for each bad verdict. Each kind is alerted once, whatever its cause. */
const KINDS: Readonly<Partial<Record<JudgedFact['verdict'], Explained>>> = {
  missing: 'missing',
  unannounced: 'missing',
  partial: 'partial',
  gone: 'gone',
  unwanted: 'unwanted',
  back: 'back',
};
const isBad = ({ verdict }: Pick<JudgedFact, 'verdict'>): boolean => KINDS[verdict] !== undefined;

/** All judgements, oldest first. */
const judgementsOf = (facts: readonly Fact[]): readonly JudgedFact[] =>
  factsOf(facts, 'judged').toSorted((one, other) => one.n - other.n);

/** Number of the next judgement. If it is taken, another process has judged later facts. */
export const nextNumber = (facts: readonly Fact[]): number => (judgementsOf(facts).at(-1)?.n ?? 0) + 1;

/** Judgements about the recording that are newer than the last step of its erasure. */
function standingOf(facts: readonly Fact[]): readonly JudgedFact[] {
  const erasedMs = Math.max(-Infinity, ...factsOf(facts, 'erased').map(({ at }) => at));
  return judgementsOf(facts).filter(({ verdict, at }) => verdict !== 'closed' && at > erasedMs);
}

/** The last of these. */
const lastOf = (facts: readonly Fact[]): JudgedFact | undefined => standingOf(facts).at(-1);

/**
 * The conclusion about the recording. `wait`: too early. `unseen`: no fault known, but the bucket gave no answer. `closed`:
 * the search is over.
 */
type Conclusion = Judgement | 'fine' | 'unseen' | 'wait' | 'closed';
type NextStep = 'ask-tavus' | 'look';

/** Input of a conclusion. */
interface Case extends JudgeInput {
  readonly facts: readonly Fact[];
  readonly call: ObservedCall;
  readonly deadlineMs: number;
}

/**
 * Judges a created start and decides when to visit it again. A pure function.
 */
export function decide(facts: readonly Fact[], circumstances: JudgeInput): VisitDecision {
  const { state } = stateOf(facts);
  const call = callOf(facts);
  const known: Case = {
    ...circumstances,
    facts,
    call,
    deadlineMs: deadlineOf(call, circumstances.deadlineMin),
  };
  if (factOf(facts, 'expected')?.isRecorded === false || factOf(facts, 'erased') !== undefined) {
    const isTold = state === 'unwanted' || state === 'back';
    const judgement = isTold ? newJudgement(facts, bad(known, state)) : undefined;
    return { kind: 'decided', closes: false, ...defined({ judgement }) };
  }
  const conclusion = conclude(known);
  if (conclusion === 'ask-tavus' || conclusion === 'look') return { kind: conclusion };
  const judgement = newJudgement(facts, conclusion, noCallbacks(known));
  const nextMs = nextVisit(conclusion, known);
  const closes = nextMs === undefined && isLookedFor(conclusion);
  return { kind: 'decided', closes, ...defined({ judgement, nextMs }) };
}

const bad = ({ call, tavus, bucket }: Case, verdict: BadVerdict): Judgement => {
  const evidence = { call, tavus, bucket };
  const cause = causeOf(evidence, KINDS[verdict]);
  return { verdict, ...defined({ cause }), evidence: [...evidenceWords(evidence)] };
};

/** Whether the watch continues to look for the recording. Not for a partial one: it will not become complete. */
const isLookedFor = (conclusion: Conclusion): boolean =>
  typeof conclusion === 'object' &&
  (conclusion.verdict === 'missing' || conclusion.verdict === 'unannounced');

const isClosed = ({ facts, deadlineMs, nowMs }: Case): boolean =>
  nowMs >= searchEndOf(deadlineMs) && judgementsOf(facts).at(-1)?.verdict === 'closed';

/** Announced and not found yet, or announced again after the last check. */
const isUnseen = ({ announcedMs = -Infinity, look, known }: RecordingFacts): boolean =>
  known?.whereabouts === 'lost' || announcedMs > (look?.at ?? -Infinity);

const isAt = (call: ObservedCall, ...wanted: readonly Whereabouts[]): boolean =>
  call.recordings.some(({ known }) => known !== undefined && wanted.includes(known.whereabouts));

function conclude(known: Case): Conclusion | NextStep {
  const { call, bucket, deadlineMs, nowMs } = known;
  if (bucket.kind === 'not-looked' && call.recordings.some(isUnseen)) return 'look';
  if (isAt(call, 'gone')) return bad(known, 'gone');
  return nowMs < deadlineMs ? beforeDeadline(known) : afterDeadline(known);
}

/** Conclusion while the call may be running: faults that can still be fixed, and faults of stored recordings. */
function beforeDeadline(known: Case): Conclusion | NextStep {
  const { call, bucket, facts, nowMs } = known;
  const { standingError: error } = call;
  const last = lastOf(facts);
  if (isAt(call, 'flawed')) return bad(known, 'partial');
  if (isAllThere(known)) return last !== undefined && isBad(last) ? 'fine' : 'wait';
  if (error === undefined || !error.isNamed || nowMs < error.toldMs + EARLY_MS) return 'wait';
  const verdict = bucket.kind === 'read' ? 'missing' : 'unannounced';
  const judgement = bad({ ...known, tavus: { kind: 'not-asked' } }, verdict);
  if (!ALERTED_EARLY.has(judgement.cause)) return 'wait';
  return bucket.kind === 'not-looked' ? 'look' : judgement;
}

/** Whether every started recording is in the bucket, or announced by Tavus. */
const isAllThere = ({ call, bucket }: Pick<Case, 'call' | 'bucket'>): boolean =>
  call.recordings.length > 0 &&
  call.recordings.every(({ failedMs }) => failedMs === undefined) &&
  call.unannounced.length === 0 &&
  !call.isAtWrongLocation &&
  lostUploads({ call, bucket }).length === 0;

function afterDeadline(known: Case): Conclusion | NextStep {
  const { call, tavus, bucket } = known;
  if (call.recordings.length === 0 && !call.isAtWrongLocation && hadNoParticipants(call)) {
    return { verdict: 'no-call', evidence: [...evidenceWords(known)] };
  }
  const isThere = isAllThere(known);
  // The facts are enough for this; Tavus and the bucket may be unavailable.
  if (!isThere && causeOf({ call, bucket, tavus: { kind: 'not-asked' } }) === 'too-short') {
    return { verdict: 'fine', cause: 'too-short', evidence: [...evidenceWords(known)] };
  }
  if (isClosed(known)) return isThere ? concludePresent(known) : 'closed';
  // First, because Tavus's log may contain an announcement.
  if (!isThere && tavus.kind === 'not-asked') return 'ask-tavus';
  if (bucket.kind === 'not-looked') return 'look';
  return isThere ? concludePresent(known) : concludeMissing(known);
}

function concludePresent(known: Case): Conclusion {
  const { call, bucket } = known;
  const judgement = bad(known, 'partial');
  if (judgement.cause !== undefined) return judgement;
  const isUnread = bucket.kind === 'unreadable' || (bucket.kind === 'read' && isAt(call, 'announced'));
  return isUnread ? 'unseen' : 'fine';
}

function concludeMissing(known: Case): Conclusion {
  const { call, tavus, bucket, deadlineMs, nowMs } = known;
  const lateMs = nowMs - deadlineMs;
  if (isExtended(lostUploads(known), deadlineMs, nowMs)) return 'wait';
  if (tavus.kind === 'read' && tavus.isActive && call.endedMs === undefined && lateMs < ACTIVE_MS) {
    return 'wait';
  }
  const judgement = bad(known, bucket.kind === 'read' ? 'missing' : 'unannounced');
  return isTooEarly(judgement, known) ? 'wait' : judgement;
}

/** Whether Tavus or the bucket gives no answer yet, but may still show the recording or the cause. */
function isTooEarly({ cause }: Judgement, { tavus, bucket, deadlineMs, nowMs }: Case): boolean {
  const unansweredSince = [
    ...(tavus.kind === 'unreadable' && cause === 'tavus-unreadable' ? [tavus.sinceMs] : []),
    ...(bucket.kind === 'unreadable' ? [bucket.sinceMs] : []),
  ];
  return unansweredSince.some((sinceMs) => nowMs - Math.max(deadlineMs, sinceMs) < UNREADABLE_MS);
}

/** A hint for a good recording: missing callbacks did no harm this time, because the bucket was read. */
const noCallbacks = ({ call, tavus }: Case): readonly string[] =>
  CAUSES['no-callbacks'].applies({ call, tavus, bucket: { kind: 'none' } })
    ? [CAUSES['no-callbacks'].sentence]
    : [];

/** The judgement to record; undefined if the facts and the last judgement already say it. */
function newJudgement(
  facts: readonly Fact[],
  conclusion: Conclusion,
  hints: readonly string[] = [],
): Judgement | undefined {
  const last = lastOf(facts);
  const { state } = stateOf(facts);
  if (conclusion === 'wait' || conclusion === 'closed') return undefined;
  if (conclusion === 'fine' || conclusion === 'unseen') {
    const isKnown = STATES[state].isFinal && (last === undefined ? hints.length === 0 : !isBad(last));
    return isKnown ? undefined : { verdict: 'fine', evidence: [...hints] };
  }
  if (!isBad(conclusion)) return STATES[state].isFinal ? undefined : conclusion;
  // An unreadable bucket does not withdraw an earlier `missing`.
  if (conclusion.verdict === 'unannounced' && state === 'missing') return undefined;
  // Nor does a missing answer withdraw an earlier cause.
  const isSame = last?.cause === conclusion.cause || isNoCause(conclusion.cause);
  const isKnown = isSame && state === conclusion.verdict && last?.verdict === state;
  return isKnown ? undefined : conclusion;
}

/** Whether the cause only says that an answer is missing. */
const isNoCause = (cause: string | undefined): boolean =>
  cause === 'tavus-unreadable' || cause === 'bucket-unreadable';

function nextVisit(conclusion: Conclusion, known: Case): number | undefined {
  const { call, deadlineMs, nowMs, tavus, bucket } = known;
  if (nowMs < deadlineMs) {
    const earlyMs = (call.standingError?.toldMs ?? -Infinity) + EARLY_MS;
    return Math.min(
      deadlineMs,
      ...(earlyMs > nowMs ? [earlyMs] : []),
      ...(bucket.kind !== 'none' && isAt(call, 'announced', 'lost') ? [nowMs + AGAIN_MS] : []),
    );
  }
  if (conclusion === 'wait') {
    return nowMs + (tavus.kind === 'read' && bucket.kind !== 'unreadable' ? WAIT_MS : AGAIN_MS);
  }
  if (conclusion !== 'unseen' && !isLookedFor(conclusion)) return undefined;
  const searchEndMs = searchEndOf(deadlineMs);
  if (nowMs >= searchEndMs) return undefined;
  // For an unreadable bucket, the interval depends on how long it has been unreadable, not on the deadline.
  const unreadableMs = bucket.kind === 'unreadable' ? bucket.sinceMs : nowMs;
  return Math.min(nextLook(conclusion === 'unseen' ? unreadableMs : deadlineMs, nowMs), searchEndMs);
}

/**
 * A notice to operators. `bad`: a recording is missing or has a fault. `late`: it arrived after the alert. `not-due`: it
 * turned out that no recording was due.
 */
export interface OperatorNotice {
  readonly kind: 'bad' | 'late' | 'not-due';
  readonly judged: JudgedFact;
}

/**
 * The notice that is due. A judgement that only changes the cause is not alerted again, unless the earlier cause was only a
 * missing answer of Tavus or the bucket.
 */
export function noticeOf(facts: readonly Fact[]): OperatorNotice | undefined {
  const judgements = standingOf(facts);
  const told = new Set(factsOf(facts, 'told').map(({ n }) => n));
  const judged = judgements.at(-1);
  if (judged === undefined || told.has(judged.n)) return undefined;
  if (!isBad(judged)) {
    const before = judgements.at(-2);
    if (before === undefined || !isBad(before)) return undefined;
    return { kind: judged.verdict === 'fine' && judged.cause === undefined ? 'late' : 'not-due', judged };
  }
  const firstOfRun = judgements.findLastIndex((one) => !isBad(one)) + 1;
  const isTold = judgements
    .slice(firstOfRun)
    .some(
      ({ n, verdict, cause }) =>
        told.has(n) &&
        KINDS[verdict] === KINDS[judged.verdict] &&
        (!isNoCause(cause) || isNoCause(judged.cause)),
    );
  return isTold ? undefined : { kind: 'bad', judged };
}

/** Recorded when the search is over. */
export const CLOSED: Judgement = { verdict: 'closed', evidence: [] };
