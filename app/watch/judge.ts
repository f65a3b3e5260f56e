import { defined } from '../../contract/defined';
import { factOf, factsOf, type Fact, type FactOf } from '../ledger/facts';
import { stateOf, STATES } from '../ledger/states';
import { callOf, type Call } from './call';
import { CAUSES, causeOf, evidenceWords, nobodyCame, type Cause, type TavusLook } from './causes';
import { closingOf, deadlineOf, nextLook } from './deadline';

type Judged = FactOf<'judged'>;

/** What a visit concludes, to be written down as the next judgement. */
export type Judgement = Pick<Judged, 'verdict' | 'cause' | 'evidence'>;

export type Decision =
  /** Nothing can be said before Tavus was asked. */
  | { readonly kind: 'ask-tavus' }
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
}

/** The room's errors are told while they can be mended, unless a recording has started by then. */
const MEND_MS = 60_000;
const MENDED_EARLY: ReadonlySet<Cause> = new Set(['role-refused', 'room-refused', 'broke-off']);

/** From the deadline on, until it is told that Tavus cannot be asked. */
const UNREADABLE_MS = 30 * 60_000;
const ASK_AGAIN_MS = 60_000;

/** From the deadline on, a call that Tavus says is still running is waited for. */
const ACTIVE_MS = 2 * 3_600_000;
const ACTIVE_AGAIN_MS = 5 * 60_000;

const isBad = ({ verdict }: Pick<Judged, 'verdict'>): boolean =>
  verdict === 'missing' || verdict === 'unannounced' || verdict === 'partial';

/** All judgements, oldest first. */
const judgementsOf = (facts: readonly Fact[]): readonly Judged[] =>
  factsOf(facts, 'judged').toSorted((one, other) => one.n - other.n);

/** Number of the next judgement. Whoever finds it taken has looked at facts that are no longer the latest. */
export const nextNumber = (facts: readonly Fact[]): number => (judgementsOf(facts).at(-1)?.n ?? 0) + 1;

/** The last that says something of the recording. */
const lastOf = (facts: readonly Fact[]): Judged | undefined =>
  judgementsOf(facts).findLast(({ verdict }) => verdict !== 'closed');

/** What the recording has come to, if it can be said. `wait`: not yet. */
type Conclusion = Judgement | 'fine' | 'wait' | 'ask-tavus';

/**
 * Decides what is known of a start that Tavus made, and when it has to be looked at again. Depends on nothing but what it
 * is given.
 */
export function decide(facts: readonly Fact[], circumstances: Circumstances): Decision {
  const { nowMs, deadlineMin, tavus } = circumstances;
  if (factOf(facts, 'expected')?.isRecorded === false || factOf(facts, 'erased') !== undefined) {
    return { kind: 'decided', closes: false };
  }
  const call = callOf(facts);
  const deadlineMs = deadlineOf(call, deadlineMin);
  const conclusion =
    nowMs < deadlineMs ? beforeDeadline(call, facts, nowMs) : afterDeadline(call, tavus, nowMs - deadlineMs);
  if (conclusion === 'ask-tavus') {
    const isClosed = nowMs >= closingOf(deadlineMs) && judgementsOf(facts).at(-1)?.verdict === 'closed';
    return isClosed ? { kind: 'decided', closes: false } : { kind: 'ask-tavus' };
  }
  const judgement = newJudgement(facts, conclusion);
  const nextMs = nextVisit(conclusion, { call, deadlineMs, ...circumstances });
  const closes = nextMs === undefined && isLookedFor(conclusion);
  return { kind: 'decided', closes, ...defined({ judgement, nextMs }) };
}

/** What is in part in the bucket will not become whole. */
const isLookedFor = (conclusion: Conclusion): boolean =>
  typeof conclusion === 'object' && isBad(conclusion) && conclusion.verdict !== 'partial';

/** What can be said while the call may go on: only what can still be mended. */
function beforeDeadline(call: Call, facts: readonly Fact[], nowMs: number): Conclusion {
  const { standingError: error } = call;
  const last = lastOf(facts);
  if (last !== undefined && isBad(last) && isAllAnnounced(call)) return 'fine';
  if (error === undefined || !error.isNamed || nowMs < error.toldMs + MEND_MS) return 'wait';
  const evidence = { call, tavus: { kind: 'not-asked' } } as const;
  const cause = causeOf(evidence);
  if (!MENDED_EARLY.has(cause)) return 'wait';
  return { verdict: 'unannounced', cause, evidence: [...evidenceWords(evidence)] };
}

const isAllAnnounced = ({ isMisplaced, recordings, unannounced }: Call): boolean =>
  recordings.length > 0 &&
  recordings.every(({ failedMs }) => failedMs === undefined) &&
  unannounced.length === 0 &&
  !isMisplaced;

function afterDeadline(call: Call, tavus: TavusLook, lateMs: number): Conclusion {
  const evidence = { call, tavus };
  const words = [...evidenceWords(evidence)];
  if (isAllAnnounced(call)) {
    return CAUSES['recorder-limit'].applies(evidence)
      ? { verdict: 'partial', cause: 'recorder-limit', evidence: words }
      : 'fine';
  }
  if (call.recordings.length === 0 && !call.isMisplaced && nobodyCame(call)) {
    return { verdict: 'no-call', evidence: words };
  }
  // For this the facts are enough, and Tavus may not be there.
  if (causeOf({ call, tavus: { kind: 'not-asked' } }) === 'too-short') {
    return { verdict: 'fine', cause: 'too-short', evidence: words };
  }
  if (tavus.kind === 'not-asked') return 'ask-tavus';
  if (tavus.kind === 'unreadable' && lateMs < UNREADABLE_MS) return 'wait';
  if (tavus.kind === 'read' && tavus.isActive && call.endedMs === undefined && lateMs < ACTIVE_MS) {
    return 'wait';
  }
  // Whether the bucket has it all the same, nobody has looked.
  return { verdict: 'unannounced', cause: causeOf(evidence), evidence: words };
}

/** What has to be written down: nothing, while the facts and the last judgement say it already. */
function newJudgement(
  facts: readonly Fact[],
  conclusion: Judgement | 'fine' | 'wait',
): Judgement | undefined {
  const last = lastOf(facts);
  const { state } = stateOf(facts);
  if (conclusion === 'wait') return undefined;
  if (conclusion === 'fine') {
    const isSaid = STATES[state].isFinal && (last === undefined || !isBad(last));
    return isSaid ? undefined : { verdict: 'fine', evidence: [] };
  }
  if (!isBad(conclusion)) return STATES[state].isFinal ? undefined : conclusion;
  // That Tavus cannot be asked now takes nothing back.
  const isSame = last?.cause === conclusion.cause || conclusion.cause === 'tavus-unreadable';
  const isSaid = isSame && state === conclusion.verdict;
  return isSaid ? undefined : conclusion;
}

interface Visit extends Circumstances {
  readonly call: Call;
  readonly deadlineMs: number;
}

function nextVisit(
  conclusion: Judgement | 'fine' | 'wait',
  { call, deadlineMs, nowMs, tavus }: Visit,
): number | undefined {
  if (nowMs < deadlineMs) {
    const mendMs = (call.standingError?.toldMs ?? -Infinity) + MEND_MS;
    return mendMs > nowMs ? Math.min(mendMs, deadlineMs) : deadlineMs;
  }
  if (conclusion === 'wait') return nowMs + (tavus.kind === 'read' ? ACTIVE_AGAIN_MS : ASK_AGAIN_MS);
  if (!isLookedFor(conclusion)) return undefined;
  const closingMs = closingOf(deadlineMs);
  return nowMs >= closingMs ? undefined : Math.min(nextLook(deadlineMs, nowMs), closingMs);
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
 * The notice that is due. Judgements that only name another cause are not told again; that Tavus could not be asked is no
 * cause, so what comes after it is.
 */
export function noticeOf(facts: readonly Fact[]): Notice | undefined {
  const judgements = judgementsOf(facts).filter(({ verdict }) => verdict !== 'closed');
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
    .some(({ n, cause }) => told.has(n) && (cause !== 'tavus-unreadable' || judged.cause === cause));
  return isTold ? undefined : { kind: 'bad', judged };
}

/** What is written down when it is no longer looked for. */
export const CLOSED: Judgement = { verdict: 'closed', evidence: [] };
