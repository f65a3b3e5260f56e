import { defined } from '../../contract/defined';
import { factOf, factsOf, type Fact, type FactOf } from '../ledger/facts';
import type { Recording, Whereabouts } from '../ledger/recordings';
import { stateOf, STATES } from '../ledger/states';
import { callOf, type Call } from './call';
import {
  CAUSES,
  causeOf,
  evidenceWords,
  lostUploads,
  nobodyCame,
  type BucketEvidence,
  type Cause,
  type Explained,
  type TavusLook,
} from './causes';
import { closingOf, deadlineOf, isPutOff, nextLook } from './deadline';

type Judged = FactOf<'judged'>;

/** What a visit concludes, to be written down as the next judgement. */
export type Judgement = Pick<Judged, 'verdict' | 'cause' | 'evidence'>;

export type Decision =
  /** Nothing can be said before Tavus was asked, or the bucket was looked into. */
  | { readonly kind: 'ask-tavus' | 'look' }
  | {
      readonly kind: 'decided';
      /** Undefined: nothing new. */
      readonly judgement?: Judgement;
      /** Epoch ms of the next visit; undefined: there is nothing left to wait for. */
      readonly nextMs?: number;
      /** It was looked for long enough: {@link CLOSED} is the last judgement, once the one before was told. */
      readonly closes: boolean;
    };

export interface Circumstances {
  readonly nowMs: number;
  /** RECORDING_DEADLINE_MIN. */
  readonly deadlineMin: number;
  readonly tavus: TavusLook;
  readonly bucket: BucketEvidence;
}

/** The room's errors are told while they can be mended, unless a recording has started by then. */
const MEND_MS = 60_000;
const MENDED_EARLY: ReadonlySet<string | undefined> = new Set<Cause>([
  'role-refused',
  'room-refused',
  'broke-off',
]);

/** From the deadline on, and from when it began, until it is told that Tavus, or the bucket, gives no answer. */
const UNREADABLE_MS = 30 * 60_000;
/** What was announced and not seen, and whoever gave no answer, is asked for again. */
const AGAIN_MS = 60_000;

/** From the deadline on, a call that Tavus says is still running is waited for. */
const ACTIVE_MS = 2 * 3_600_000;
const WAIT_MS = 5 * 60_000;

type BadVerdict = Explained | 'unannounced';
/** What each bad verdict is told as: once, whatever its cause. */
const KINDS: Readonly<Partial<Record<Judged['verdict'], Explained>>> = {
  missing: 'missing',
  unannounced: 'missing',
  partial: 'partial',
  gone: 'gone',
  unwanted: 'unwanted',
  back: 'back',
};
const isBad = ({ verdict }: Pick<Judged, 'verdict'>): boolean => KINDS[verdict] !== undefined;

/** All judgements, oldest first. */
const judgementsOf = (facts: readonly Fact[]): readonly Judged[] =>
  factsOf(facts, 'judged').toSorted((one, other) => one.n - other.n);

/** Number of the next judgement. Whoever finds it taken has looked at facts that are no longer the latest. */
export const nextNumber = (facts: readonly Fact[]): number => (judgementsOf(facts).at(-1)?.n ?? 0) + 1;

/** Those that say something of the recording, and are no older than the last step of its erasure. */
function standingOf(facts: readonly Fact[]): readonly Judged[] {
  const erasedMs = Math.max(-Infinity, ...factsOf(facts, 'erased').map(({ at }) => at));
  return judgementsOf(facts).filter(({ verdict, at }) => verdict !== 'closed' && at > erasedMs);
}

/** The last that says something of the recording. */
const lastOf = (facts: readonly Fact[]): Judged | undefined => standingOf(facts).at(-1);

/**
 * What the recording has come to, if it can be said. `wait`: not yet. `unseen`: all is well by what is known, and the
 * bucket did not answer. `closed`: it was looked for long enough.
 */
type Conclusion = Judgement | 'fine' | 'unseen' | 'wait' | 'closed';
type Question = 'ask-tavus' | 'look';

/** All that a conclusion is drawn from. */
interface Case extends Circumstances {
  readonly facts: readonly Fact[];
  readonly call: Call;
  readonly deadlineMs: number;
}

/**
 * Decides what is known of a start that Tavus made, and when it has to be looked at again. Depends on nothing but what it
 * is given.
 */
export function decide(facts: readonly Fact[], circumstances: Circumstances): Decision {
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

/** What is in part in the bucket will not become whole. */
const isLookedFor = (conclusion: Conclusion): boolean =>
  typeof conclusion === 'object' &&
  (conclusion.verdict === 'missing' || conclusion.verdict === 'unannounced');

const isClosed = ({ facts, deadlineMs, nowMs }: Case): boolean =>
  nowMs >= closingOf(deadlineMs) && judgementsOf(facts).at(-1)?.verdict === 'closed';

/** Announced, and not found so far, or announced again since it was. */
const isUnseen = ({ announcedMs = -Infinity, look, known }: Recording): boolean =>
  known?.whereabouts === 'lost' || announcedMs > (look?.at ?? -Infinity);

const isAt = (call: Call, ...places: readonly Whereabouts[]): boolean =>
  call.recordings.some(({ known }) => known !== undefined && places.includes(known.whereabouts));

function conclude(known: Case): Conclusion | Question {
  const { call, bucket, deadlineMs, nowMs } = known;
  if (bucket.kind === 'not-looked' && call.recordings.some(isUnseen)) return 'look';
  if (isAt(call, 'gone')) return bad(known, 'gone');
  return nowMs < deadlineMs ? beforeDeadline(known) : afterDeadline(known);
}

/** What can be said while the call may go on: what can still be mended, and what is in the bucket for good. */
function beforeDeadline(known: Case): Conclusion | Question {
  const { call, bucket, facts, nowMs } = known;
  const { standingError: error } = call;
  const last = lastOf(facts);
  if (isAt(call, 'flawed')) return bad(known, 'partial');
  if (isAllThere(known)) return last !== undefined && isBad(last) ? 'fine' : 'wait';
  if (error === undefined || !error.isNamed || nowMs < error.toldMs + MEND_MS) return 'wait';
  const verdict = bucket.kind === 'read' ? 'missing' : 'unannounced';
  const judgement = bad({ ...known, tavus: { kind: 'not-asked' } }, verdict);
  if (!MENDED_EARLY.has(judgement.cause)) return 'wait';
  return bucket.kind === 'not-looked' ? 'look' : judgement;
}

/** Whether everything that was started is in the bucket, or is there by the word of Tavus. */
const isAllThere = ({ call, bucket }: Pick<Case, 'call' | 'bucket'>): boolean =>
  call.recordings.length > 0 &&
  call.recordings.every(({ failedMs }) => failedMs === undefined) &&
  call.unannounced.length === 0 &&
  !call.isMisplaced &&
  lostUploads({ call, bucket }).length === 0;

function afterDeadline(known: Case): Conclusion | Question {
  const { call, tavus, bucket } = known;
  if (call.recordings.length === 0 && !call.isMisplaced && nobodyCame(call)) {
    return { verdict: 'no-call', evidence: [...evidenceWords(known)] };
  }
  const isThere = isAllThere(known);
  // For this the facts are enough, and neither Tavus nor the bucket may be there.
  if (!isThere && causeOf({ call, bucket, tavus: { kind: 'not-asked' } }) === 'too-short') {
    return { verdict: 'fine', cause: 'too-short', evidence: [...evidenceWords(known)] };
  }
  if (isClosed(known)) return isThere ? ofWhatIsThere(known) : 'closed';
  // First, because it tells what was announced.
  if (!isThere && tavus.kind === 'not-asked') return 'ask-tavus';
  if (bucket.kind === 'not-looked') return 'look';
  return isThere ? ofWhatIsThere(known) : ofWhatIsMissing(known);
}

function ofWhatIsThere(known: Case): Conclusion {
  const { call, bucket } = known;
  const judgement = bad(known, 'partial');
  if (judgement.cause !== undefined) return judgement;
  const isUnread = bucket.kind === 'unreadable' || (bucket.kind === 'read' && isAt(call, 'announced'));
  return isUnread ? 'unseen' : 'fine';
}

function ofWhatIsMissing(known: Case): Conclusion {
  const { call, tavus, bucket, deadlineMs, nowMs } = known;
  const lateMs = nowMs - deadlineMs;
  if (isPutOff(lostUploads(known), deadlineMs, nowMs)) return 'wait';
  if (tavus.kind === 'read' && tavus.isActive && call.endedMs === undefined && lateMs < ACTIVE_MS) {
    return 'wait';
  }
  const judgement = bad(known, bucket.kind === 'read' ? 'missing' : 'unannounced');
  return isTooEarly(judgement, known) ? 'wait' : judgement;
}

/** Whether somebody who gives no answer may still say that all is well, or what is the cause. */
function isTooEarly({ cause }: Judgement, { tavus, bucket, deadlineMs, nowMs }: Case): boolean {
  const away = [
    ...(tavus.kind === 'unreadable' && cause === 'tavus-unreadable' ? [tavus.sinceMs] : []),
    ...(bucket.kind === 'unreadable' ? [bucket.sinceMs] : []),
  ];
  return away.some((sinceMs) => nowMs - Math.max(deadlineMs, sinceMs) < UNREADABLE_MS);
}

/** A hint where all is well: what was seen in the bucket needed no callback, and the next may need one. */
const noCallbacks = ({ call, tavus }: Case): readonly string[] =>
  CAUSES['no-callbacks'].applies({ call, tavus, bucket: { kind: 'none' } })
    ? [CAUSES['no-callbacks'].sentence]
    : [];

/** What has to be written down: nothing, while the facts and the last judgement say it already. */
function newJudgement(
  facts: readonly Fact[],
  conclusion: Conclusion,
  hints: readonly string[] = [],
): Judgement | undefined {
  const last = lastOf(facts);
  const { state } = stateOf(facts);
  if (conclusion === 'wait' || conclusion === 'closed') return undefined;
  if (conclusion === 'fine' || conclusion === 'unseen') {
    const isSaid = STATES[state].isFinal && (last === undefined ? hints.length === 0 : !isBad(last));
    return isSaid ? undefined : { verdict: 'fine', evidence: [...hints] };
  }
  if (!isBad(conclusion)) return STATES[state].isFinal ? undefined : conclusion;
  // That the bucket cannot be read now does not take back what was seen missing.
  if (conclusion.verdict === 'unannounced' && state === 'missing') return undefined;
  // Nor does it take back a cause that somebody cannot be asked now.
  const isSame = last?.cause === conclusion.cause || isNoCause(conclusion.cause);
  const isSaid = isSame && state === conclusion.verdict && last?.verdict === state;
  return isSaid ? undefined : conclusion;
}

/** That somebody could not be asked explains nothing. */
const isNoCause = (cause: string | undefined): boolean =>
  cause === 'tavus-unreadable' || cause === 'bucket-unreadable';

function nextVisit(conclusion: Conclusion, known: Case): number | undefined {
  const { call, deadlineMs, nowMs, tavus, bucket } = known;
  if (nowMs < deadlineMs) {
    const mendMs = (call.standingError?.toldMs ?? -Infinity) + MEND_MS;
    return Math.min(
      deadlineMs,
      ...(mendMs > nowMs ? [mendMs] : []),
      ...(bucket.kind !== 'none' && isAt(call, 'announced', 'lost') ? [nowMs + AGAIN_MS] : []),
    );
  }
  if (conclusion === 'wait') {
    return nowMs + (tavus.kind === 'read' && bucket.kind !== 'unreadable' ? WAIT_MS : AGAIN_MS);
  }
  if (conclusion !== 'unseen' && !isLookedFor(conclusion)) return undefined;
  const closingMs = closingOf(deadlineMs);
  if (nowMs >= closingMs) return undefined;
  // The bucket is tried again by how long it has been away, however late this start is.
  const unreadableMs = bucket.kind === 'unreadable' ? bucket.sinceMs : nowMs;
  return Math.min(nextLook(conclusion === 'unseen' ? unreadableMs : deadlineMs, nowMs), closingMs);
}

/**
 * What an operator has to be told. `bad`: a recording is not there as it should be. `late`: it came after all. `not-due`:
 * it turned out that there was nothing to record.
 */
export interface Notice {
  readonly kind: 'bad' | 'late' | 'not-due';
  readonly judged: Judged;
}

/**
 * The notice that is due. Judgements of the same kind that only name another cause are not told again; that Tavus could not
 * be asked, or the bucket not be read, is no cause, so what comes after it is.
 */
export function noticeOf(facts: readonly Fact[]): Notice | undefined {
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

/** What is written down when it is no longer looked for. */
export const CLOSED: Judgement = { verdict: 'closed', evidence: [] };
