import { CREATE_BY_MS } from '../../contract/deadlines';
import { defined } from '../../contract/defined';
import { factOf, type Fact, type StartOutcome } from '../ledger/facts';
import type { StartState } from '../ledger/states';
import { writeSummary } from '../ledger/summary';
import { endAbandoned } from './abandoned';
import type { BucketAsker } from './ask-bucket';
import type { TavusAsker } from './ask-tavus';
import type { TavusLook } from './causes';
import { nextLook } from './deadline';
import { lookAtErased, tellReceipts } from './erased';
import { CLOSED, decide, nextNumber, noticeOf } from './judge';
import { proofOf, tellProof } from './proofs';
import type { StartNotice } from './tell';
import type { WatchContext } from './watch-context';

/** A start to visit, and the rows that scheduled it. */
export interface StartVisit {
  readonly startId: string;
  readonly keys: readonly string[];
}

/** Result of a visit, before any alert. */
export interface Visited extends StartVisit {
  /** Epoch ms of the next visit; undefined: none is needed. */
  readonly nextMs?: number | undefined;
  readonly startNotice?: StartNotice;
  /** Close it after the alert. */
  readonly closes?: boolean;
  /** A proof that is over. */
  readonly proof?: StartState;
}

export interface VisitDependencies extends WatchContext {
  readonly tavusAsker: TavusAsker;
  readonly bucketAsker: BucketAsker;
}

/**
 * Visits one start: completes work that a crash interrupted, gathers evidence, and records the judgement and the summary.
 *
 * @returns undefined when another process was faster, so that these facts are outdated
 */
export async function visit(context: VisitDependencies, one: StartVisit): Promise<Visited | undefined> {
  const visited = await examine(context, one);
  await writeSummary(context.ledger, one.startId);
  return visited;
}

async function examine(context: VisitDependencies, one: StartVisit): Promise<Visited | undefined> {
  const { ledger, now } = context;
  const { startId } = one;
  const readMs = now();
  const facts = await ledger.facts(startId);
  const first = facts[0];
  if (first === undefined) {
    // The start was interrupted after the row was written and before its facts were.
    if (!(await ledger.isKnown(startId))) return one;
    throw new Error('The facts of this start were written by a later version and cannot be read.');
  }
  const expectedMs = factOf(facts, 'expected')?.at ?? first.at;
  const createByMs = expectedMs + CREATE_BY_MS;
  let outcome = factOf(facts, 'outcome');
  if (outcome === undefined && now() < createByMs) return { ...one, nextMs: createByMs };
  outcome ??= await abandon(context, startId);
  const known = { startId, facts };
  await tellReceipts(context, known, outcome.result === 'created' ? outcome.conversationId : startId);
  if (outcome.result === 'not-created') return one;
  if (outcome.result === 'abandoned') {
    const isOver = await endAbandoned(context, startId, facts);
    return isOver ? one : { ...one, nextMs: nextLook(createByMs, now()) };
  }
  return judge(context, one, { readMs, facts, conversationId: outcome.conversationId });
}

/** A start without an outcome in time was interrupted. */
async function abandon({ ledger, now, log }: WatchContext, startId: string): Promise<StartOutcome> {
  const outcome = await ledger.decide(startId, { kind: 'outcome', at: now(), result: 'abandoned' });
  if (outcome.result === 'abandoned') log.warn({ start_id: startId }, 'Start abandoned: it was cut off');
  return outcome;
}

interface KnownStart {
  /** When the facts were read, epoch ms. */
  readonly readMs: number;
  readonly facts: readonly Fact[];
  readonly conversationId: string;
}

async function judge(
  context: VisitDependencies,
  one: StartVisit,
  known: KnownStart,
): Promise<Visited | undefined> {
  const { tavusAsker, bucketAsker, deadlineMin, ledger, now } = context;
  const { startId } = one;
  const { conversationId } = known;
  let { readMs, facts } = known;
  const erased = await lookAtErased(context, { startId, facts }, conversationId);
  if (erased !== undefined) {
    readMs = now();
    ({ facts } = erased);
  }
  let tavus: TavusLook = { kind: 'not-asked' };
  let bucket = bucketAsker.before(facts);
  let decision = decide(facts, { nowMs: readMs, deadlineMin, tavus, bucket });
  // Asks Tavus and the bucket at most once each.
  while (decision.kind !== 'decided') {
    if (decision.kind === 'look') bucket = await bucketAsker.ask({ startId, facts }, conversationId);
    else tavus = await tavusAsker.ask({ startId, facts }, conversationId);
    readMs = now();
    facts = await ledger.facts(startId);
    decision = decide(facts, { nowMs: readMs, deadlineMin, tavus, bucket });
  }
  const { judgement, nextMs, closes } = decision;
  if (judgement !== undefined) {
    const judged = { kind: 'judged', at: readMs, n: nextNumber(facts), ...judgement } as const;
    if ((await ledger.add(startId, judged)) === 'known') return undefined;
    facts = [...facts, judged];
  }
  const notice = noticeOf(facts);
  return {
    ...one,
    nextMs: erased?.nextMs ?? nextMs,
    closes,
    ...defined({ proof: proofOf(facts) }),
    ...(notice === undefined ? {} : { startNotice: { startId, conversationId, notice } }),
  };
}

/** Records that a notice was sent, and schedules the next visit. */
export async function settle(context: WatchContext, visited: Visited): Promise<void> {
  const { ledger, now } = context;
  const { startId, keys, nextMs, startNotice, closes, proof } = visited;
  if (startNotice !== undefined) {
    await ledger.add(startId, { kind: 'told', at: now(), n: startNotice.notice.judged.n });
  }
  if (closes === true) {
    const facts = await ledger.facts(startId);
    await ledger.add(startId, { kind: 'judged', at: now(), n: nextNumber(facts), ...CLOSED });
  }
  if (proof !== undefined) await tellProof(context, startId, proof);
  if (startNotice !== undefined || closes === true) await writeSummary(ledger, startId);
  await ledger.lookedAt(startId, keys, nextMs);
}
