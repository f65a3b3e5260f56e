import { callbackPath } from '../../contract/callback-path';
import { CREATE_BY_MS, CREATE_MS, END_MS, LEDGER_MS, OUTCOME_MS, SEND_BY_MS } from '../../contract/deadlines';
import type { Clock } from '../clock';
import type { Config } from '../config';
import { HttpProblem } from '../http/problem';
import type { Claim } from '../ledger/idempotency';
import { retryUntil } from '../ledger/retry-until';
import type { Ledger } from '../ledger/ledger';
import type { Slots } from '../ledger/slots';
import { LedgerUnavailable, type LedgerRow } from '../ledger/store';
import { evidence, type Log } from '../log/logger';
import type { LineSink } from '../log/line-sink';
import type { ForeignMask } from '../log/mask';
import { recordingLine } from '../log/start-up';
import { callbackLifeSec, type CallbackTokens } from '../security/callback-token';
import type { PageTokens } from '../security/page-token';
import { createdAnswer, type CreatedAnswer } from '../tavus/answers';
import type { TavusClient } from '../tavus/client';
import { createBody } from '../tavus/create-body';
import { problemOf } from '../tavus/errors';
import type { Exchange } from '../tavus/exchange';
import { endOrphan, endUnused, type Orphan } from '../tavus/orphan';
import { isUnknownOutcome } from '../tavus/outcome';
import { sendCarefully } from '../tavus/retry';
import { absentSec, expectationOf, longestCallSec } from './expectation';
import type { RecentConversations } from './recent';
import { decideRecording, type RecordingDecision, type StartOptions } from './recording-decision';
import {
  busy,
  consentNotWritten,
  givenUp,
  hungUp,
  describeOrphan,
  problemIn,
  tooLate,
} from './start-problems';

/** Time until Tavus frees a slot after a call (observed: some seconds). */
const SLOT_GRACE_SEC = 60;

export interface StartDependencies {
  readonly config: Config;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly slots: Slots;
  readonly tavus: TavusClient;
  readonly recent: RecentConversations;
  readonly lines: LineSink;
  readonly mask: ForeignMask;
  readonly pageTokens: PageTokens;
  /** Undefined: conversations are created without a callback address. */
  readonly callbackTokens: CallbackTokens | undefined;
  readonly newStartId: () => string;
}

/** Answer of `POST /tavus/start`. */
export interface StartResponse {
  readonly conversation_id: string;
  readonly conversation_url: string;
  readonly meeting_token?: string | undefined;
  readonly page_token: string;
  readonly recording: RecordingDecision;
}

/** A start with a running conversation. */
export interface RunningStart {
  readonly startId: string;
  /** False: the ledger was unavailable and has no facts of this start. */
  readonly isKept: boolean;
  readonly answer: StartResponse;
}

/** A requested start. */
export interface StartRequest {
  readonly options: StartOptions;
  /** Undefined: the request has no idempotency key. */
  readonly claim: Claim | undefined;
  /** The slots as read while the key was claimed. */
  readonly seenSlots?: Promise<readonly LedgerRow[]> | undefined;
}

/** A start under way. */
interface Start extends Pick<RunningStart, 'isKept'> {
  readonly id: string;
  /** When it began, epoch ms. */
  readonly atMs: number;
  readonly decision: RecordingDecision;
  readonly claim: Claim | undefined;
}

/**
 * Starts one billed conversation. The expectation and the consent are in the ledger before the create call, so that a crash
 * loses neither. The caller gets the address only after the ledger has the conversation.
 *
 * @throws HttpProblem, after finding and ending what may have been started
 */
export async function startConversation(
  context: StartDependencies,
  request: StartRequest,
  log: Log,
): Promise<RunningStart> {
  const start = await expect(context, request, log);
  let exchange: Exchange;
  try {
    if (start.decision.enabled) logConsent(context, start, request.options, log);
    log.info({ start_id: start.id, recording: start.decision.enabled }, 'Asking Tavus for a conversation');
    exchange = await send(context, start, request.options);
  } catch (error) {
    // Calls of the Tavus client never throw, so nothing was sent.
    throw await nothingCreated(context, start, problemIn(error), log);
  }
  const created = createdIn(exchange);
  if (created === undefined) throw await failed(context, start, exchange, log);
  try {
    return await handOut(context, start, created, log);
  } catch (error) {
    const search = endUnused(context.tavus, created.conversation_id, context.clock, END_MS);
    const problem = problemIn(error, 'The outcome of this start could not be recorded in time.');
    throw await abandoned(context, start, { search, problem }, log);
  }
}

/** Records the expectation. @throws HttpProblem: nothing was started */
async function expect(context: StartDependencies, request: StartRequest, log: Log): Promise<Start> {
  const { config, clock, newStartId } = context;
  const { claim, options } = request;
  const { startId: id, atMs } = claim ?? { startId: newStartId(), atMs: clock.now() };
  const start = { id, atMs, claim, decision: decideRecording(config, options), isKept: true };
  try {
    await announce(context, start, request, log);
  } catch (error) {
    const isNeeded =
      start.decision.enabled || claim !== undefined || config.maxConcurrentConversations !== undefined;
    if (isNeeded || !(error instanceof LedgerUnavailable)) {
      throw nothingStarted(start, problemIn(error), log);
    }
    log.warn({ start_id: id, err: error }, 'Started without the ledger, which cannot be reached');
    // A new id: facts under the first one may still have reached the ledger, and must not match a conversation.
    return { ...start, id: newStartId(), isKept: false };
  }
  return start;
}

async function announce(
  { config, ledger, slots, clock }: StartDependencies,
  { id, atMs, decision, claim }: Start,
  { options, seenSlots }: StartRequest,
  log: Log,
): Promise<void> {
  const before = ledger.within(Math.max(1, atMs + LEDGER_MS - clock.now()));
  let mayBeKept = false;
  try {
    if (!(await slots.on(before.store).take(id, untoldMs(config), seenSlots))) throw busy();
    const expectation = expectationOf(config, { options, decision, atMs });
    const failure = await before.expect(id, expectation, atMs + CREATE_BY_MS);
    mayBeKept = failure?.mayBeThere !== false;
    if (failure !== undefined) throw failure.error;
  } catch (error) {
    const problem = problemIn(error).parts.type;
    const outcome = { kind: 'outcome', at: clock.now(), result: 'not-created', problem } as const;
    await Promise.all([
      slots.free(id),
      mayBeKept ? settled(ledger.decide(id, outcome), log) : claim?.keys.release(claim),
    ]);
    throw error;
  }
}

/** How long a conversation that no caller received can hold its slot. */
const untoldMs = ({ tavus }: Config): number => CREATE_MS + (absentSec(tavus.limits) + SLOT_GRACE_SEC) * 1000;

/** How long a delivered conversation can hold its slot. */
const callMs = ({ tavus }: Config): number => (longestCallSec(tavus.limits) + SLOT_GRACE_SEC) * 1000;

/**
 * Logs a second copy of the consent. While the ledger is in memory, it is the only copy that outlives the process.
 */
function logConsent(
  { lines, config }: StartDependencies,
  { id }: Start,
  { consent }: StartOptions,
  log: Log,
): void {
  if (consent === undefined) return;
  const isWritten = lines.wasWritten(() =>
    evidence(log).info({ start_id: id, consent }, 'Recording consent'),
  );
  if (!isWritten && config.ledger.location === undefined) throw consentNotWritten();
}

async function send(
  { config, clock, tavus, callbackTokens }: StartDependencies,
  { id, atMs, decision }: Start,
  { name }: StartOptions,
): Promise<Exchange> {
  const now = clock.now();
  if (now - atMs > SEND_BY_MS) throw tooLate();
  const token = callbackTokens?.make(id, now, callbackLifeSec(config.tavus.limits));
  const callbackUrl =
    config.publicBaseUrl === undefined || token === undefined
      ? undefined
      : `${config.publicBaseUrl}${callbackPath(id, token)}`;
  const body = createBody(config, { startId: id, name, isRecorded: decision.enabled, callbackUrl });
  return sendCarefully((leftMs) => tavus.createConversation(body, leftMs), clock, CREATE_MS);
}

function createdIn(exchange: Exchange): CreatedAnswer | undefined {
  if (exchange.kind !== 'answered' || exchange.status < 200 || exchange.status >= 300) return undefined;
  return createdAnswer.safeParse(exchange.body).data;
}

/** Records that the conversation was created, and returns the caller's answer. */
async function handOut(
  context: StartDependencies,
  start: Start,
  created: CreatedAnswer,
  log: Log,
): Promise<RunningStart> {
  const { config, pageTokens, recent } = context;
  const { id, decision } = start;
  const { conversation_id: conversationId } = created;
  const page_token = pageTokens.make(conversationId, decision.enabled);
  const { isKept } = start;
  const running = { startId: id, isKept, answer: { ...created, page_token, recording: decision } };
  if (isKept) {
    await Promise.all([
      keepCreated(context, start, running, log),
      settled(context.slots.hold(id, callMs(config)), log),
    ]);
  }
  recent.add(conversationId);
  const bucket = decision.enabled ? config.recording?.bucket : undefined;
  // Links a consent to its conversation.
  evidence(log).info({ start_id: id, conversation_id: conversationId }, recordingLine(bucket));
  return running;
}

/** @throws when the caller must not receive the conversation */
async function keepCreated(
  { clock, ledger, config }: StartDependencies,
  { id, atMs, claim }: Start,
  running: RunningStart,
  log: Log,
): Promise<void> {
  const { conversation_id: conversationId } = running.answer;
  const untilMs = clock.now() + OUTCOME_MS;
  const outcome = { kind: 'outcome', at: clock.now(), result: 'created', conversationId } as const;
  const answer = claim?.keys.answerOf(claim, { value: running });
  const following = {
    expectedMs: atMs,
    lookAtMs: atMs + longestCallSec(config.tavus.limits) * 1000,
    also: answer === undefined ? [] : [answer],
  };
  const { decided, also, index } = await retryUntil(clock, untilMs, (leftMs) =>
    ledger.within(leftMs).created(id, outcome, following),
  );
  if (decided.result !== 'created' || decided.conversationId !== conversationId) throw givenUp();
  // The watch repairs failed index writes when it checks the start.
  for (const error of index) if (error instanceof LedgerUnavailable) warnOf(error, log);
  const isAnswerKept =
    answer === undefined || also[0] === 'written' || (await claim?.keys.keep(answer, untilMs)) === true;
  if (!isAnswerKept) throw givenUp();
}

const warnOf = (error: LedgerUnavailable, log: Log): void =>
  log.warn({ err: error }, 'The ledger was away for a moment');

/** Awaits work that may fail while the ledger is unavailable. */
async function settled(work: Promise<unknown>, log: Log): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    warnOf(error, log);
  }
}

/** Cleans up after a failed start and returns its problem. */
async function failed(
  context: StartDependencies,
  start: Start,
  exchange: Exchange,
  log: Log,
): Promise<HttpProblem> {
  const problem = problemOf(exchange, context.mask);
  if (!isUnknownOutcome(exchange)) return nothingCreated(context, start, problem, log);
  const { tavus, clock } = context;
  const conversationId = idIn(exchange);
  const search =
    conversationId === undefined
      ? endOrphan(tavus, start.id, clock)
      : endUnused(tavus, conversationId, clock);
  const answered = await abandoned(context, start, { search, problem }, log);
  const { claim } = start;
  if (claim !== undefined) {
    const answer = claim.keys.answerOf(claim, { problem: answered });
    await settled(claim.keys.keep(answer, clock.now() + LEDGER_MS), log);
  }
  return answered;
}

/** An incomplete answer may still name the conversation. */
function idIn(exchange: Exchange): string | undefined {
  const { body }: { body?: unknown } = exchange.kind === 'answered' ? exchange : {};
  return createdAnswer.pick({ conversation_id: true }).safeParse(body).data?.conversation_id;
}

/** The start left nothing behind, here or at Tavus, so its key may be used again. */
async function nothingCreated(
  { ledger, slots, clock }: StartDependencies,
  start: Start,
  problem: HttpProblem,
  log: Log,
): Promise<HttpProblem> {
  const outcome = {
    kind: 'outcome',
    at: clock.now(),
    result: 'not-created',
    problem: problem.parts.type,
  } as const;
  await Promise.all([
    slots.free(start.id),
    start.isKept ? settled(ledger.decide(start.id, outcome), log) : undefined,
  ]);
  return nothingStarted(start, problem, log);
}

function nothingStarted({ id }: Pick<Start, 'id'>, problem: HttpProblem, log: Log): HttpProblem {
  log.info({ start_id: id, problem: problem.parts.type }, 'Nothing was started');
  return problem;
}

/**
 * Ends the conversation that may have been started and returns a problem that says so. The key never starts another one.
 */
async function abandoned(
  context: StartDependencies,
  { id, isKept }: Start,
  { search, problem }: { readonly search: Promise<Orphan>; readonly problem: HttpProblem },
  log: Log,
): Promise<HttpProblem> {
  const { config, ledger, clock } = context;
  const outcome = { kind: 'outcome', at: clock.now(), result: 'abandoned' } as const;
  const [orphan] = await Promise.all([search, isKept ? settled(ledger.decide(id, outcome), log) : undefined]);
  if (orphan.kind === 'ended') await noteEnded(context, { startId: id, isKept }, log);
  log.warn({ start_id: id, orphan }, 'Start with an unknown outcome');
  const { parts } = problem;
  return new HttpProblem({ ...parts, detail: `${parts.detail} ${describeOrphan(config, orphan)}` });
}

/** Records that the conversation of a start is over. */
async function noteEnded(
  { ledger, slots, clock }: StartDependencies,
  { startId, isKept }: Pick<RunningStart, 'startId' | 'isKept'>,
  log: Log,
): Promise<void> {
  if (!isKept) return;
  const at = clock.now();
  await Promise.all([
    slots.free(startId),
    settled(ledger.add(startId, { kind: 'page', at, pageAt: at, event: 'ended', reportId: 'ended' }), log),
  ]);
}

/**
 * Ends a conversation whose caller hung up before it got the answer.
 *
 * @param claim of its key; undefined: the caller cannot ask again
 * @returns the conversation, when another replica has delivered it
 * @throws HttpProblem: the answer for later requests with the key
 */
export async function endUntold(
  context: StartDependencies,
  running: RunningStart,
  claim: Claim | undefined,
  log: Log,
): Promise<RunningStart> {
  const { clock, config } = context;
  const untilMs = clock.now() + END_MS;
  const ended = hungUp(config);
  if (claim !== undefined && !(await claim.keys.takeBack(claim, ended))) return running;
  const { answer, ...start } = running;
  const unseen = { ...start, conversationId: answer.conversation_id };
  await endUnseen(context, unseen, untilMs - clock.now(), log);
  throw ended;
}

/** Ends a conversation whose address no caller received. */
export async function endUnseen(
  context: StartDependencies,
  { conversationId, ...start }: Unseen,
  withinMs: number,
  log: Log,
): Promise<void> {
  const { tavus, clock } = context;
  const orphan = await endUnused(tavus, conversationId, clock, withinMs);
  if (orphan.kind === 'ended') await noteEnded(context, start, log);
  log.warn({ start_id: start.startId, orphan }, 'Conversation whose caller hung up');
}

interface Unseen extends Pick<RunningStart, 'startId' | 'isKept'> {
  readonly conversationId: string;
}
