import { callbackPath } from '../../contract/callback-path';
import { CREATE_MS } from '../../contract/deadlines';
import { VENDOR_ABSENT_SEC, VENDOR_MAX_CALL_SEC } from '../../contract/vendor-facts';
import type { Clock } from '../clock';
import type { Config } from '../config';
import { applyCallback } from '../callbacks/apply';
import type { ReceiverDependencies } from '../callbacks/receive';
import { Problem } from '../http/problem';
import { internal } from '../http/problems';
import type { Ledger } from '../ledger/ledger';
import { evidence, type Log } from '../log/logger';
import type { LineSink } from '../log/line-sink';
import type { ForeignMask } from '../log/mask';
import { recordingLine } from '../log/start-up';
import { callbackLifeSec, type CallbackTokens } from '../security/callback-token';
import type { PageTokens } from '../security/page-token';
import { createdAnswer, type CreatedAnswer } from '../tavus/answers';
import { createBody } from '../tavus/create-body';
import { BUSY_RETRY_SEC, problemOf } from '../tavus/errors';
import type { Exchange } from '../tavus/exchange';
import { endOrphan, endUnused, type Orphan } from '../tavus/orphan';
import { isUnknownOutcome } from '../tavus/outcome';
import { sendCarefully } from '../tavus/retry';
import { decideRecording, type RecordingDecision, type StartOptions } from './recording-decision';

/** Until a slot is free at Tavus after its call is over (observed: some seconds). */
const SLOT_GRACE_SEC = 60;

export interface StartDependencies extends ReceiverDependencies {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly lines: LineSink;
  readonly mask: ForeignMask;
  readonly pageTokens: PageTokens;
  /** Undefined: Tavus is not asked to call back. */
  readonly callbackTokens: CallbackTokens | undefined;
  readonly newStartId: () => string;
}

/** Answer of `POST /tavus/start`. */
export interface Started {
  readonly conversation_id: string;
  readonly conversation_url: string;
  readonly meeting_token?: string | undefined;
  readonly page_token: string;
  readonly recording: RecordingDecision;
}

/** A start of which nothing is left, here or at Tavus. It alone may be tried again under the same idempotency key. */
export class NothingStarted extends Problem {}

/**
 * Starts one paid conversation. What has to be known when the process dies now is in the log before Tavus is asked: the
 * start's id, by which the conversation is found at Tavus, and the consent. The callback address is part of the request.
 *
 * @throws NothingStarted, or another Problem when something may have been started; then it was looked for and ended
 */
export async function startConversation(
  context: StartDependencies,
  options: StartOptions,
  log: Log,
): Promise<Started> {
  const { config, registry, slots } = context;
  const decision = decideRecording(config, options);
  const startId = context.newStartId();
  const { maxCallDurationSec = VENDOR_MAX_CALL_SEC } = config.tavus.limits;
  if (!slots.take(startId, (maxCallDurationSec + SLOT_GRACE_SEC) * 1000)) throw busy();

  let exchange: Exchange;
  try {
    if (decision.enabled) logConsent(context, startId, options, log);
    registry.expect(startId);
    log.info({ start_id: startId, recording: decision.enabled }, 'Asking Tavus for a conversation');
    exchange = await send(context, options, startId, decision.enabled);
  } catch (error) {
    // No call of Tavus's client throws, so nothing was sent.
    throw forgotten(context, startId, error, log);
  }
  const created = createdIn(exchange);
  if (created === undefined) throw await failed(context, startId, exchange, log);
  try {
    return handOut(context, startId, created, decision, log);
  } catch (error) {
    throw await afterUnknown(context, startId, internal(error), created.conversation_id, log);
  }
}

/** The evidence has to be there before there is anything that it allows. */
function logConsent(
  { lines }: StartDependencies,
  startId: string,
  { consent }: StartOptions,
  log: Log,
): void {
  if (consent === undefined) return;
  if (!lines.wasWritten(() => evidence(log).info({ start_id: startId, consent }, 'Recording consent'))) {
    throw consentNotWritten();
  }
}

async function send(
  context: StartDependencies,
  options: StartOptions,
  startId: string,
  isRecorded: boolean,
): Promise<Exchange> {
  const { config, clock, tavus, callbackTokens } = context;
  const token = callbackTokens?.make(startId, clock.now(), callbackLifeSec(config.tavus.limits));
  const callbackUrl =
    config.publicBaseUrl === undefined || token === undefined
      ? undefined
      : `${config.publicBaseUrl}${callbackPath(startId, token)}`;
  const body = createBody(config, { startId, name: options.name, isRecorded, callbackUrl });
  return sendCarefully((leftMs) => tavus.createConversation(body, leftMs), clock, CREATE_MS);
}

function createdIn(exchange: Exchange): CreatedAnswer | undefined {
  if (exchange.kind !== 'answered' || exchange.status < 200 || exchange.status >= 300) return undefined;
  return createdAnswer.safeParse(exchange.body).data;
}

/** What the caller gets, once the conversation runs. */
function handOut(
  context: StartDependencies,
  startId: string,
  created: CreatedAnswer,
  decision: RecordingDecision,
  log: Log,
): Started {
  const { conversation, early } = context.registry.bind(startId, created.conversation_id);
  const bucket = decision.enabled ? context.config.recording?.bucket : undefined;
  // It connects a consent with its conversation.
  evidence(log).info({ start_id: startId, conversation_id: conversation.id }, recordingLine(bucket));
  // What named another conversation is nobody's here.
  const ours = early.filter(({ conversation_id: id }) => id === conversation.id);
  for (const payload of ours) applyCallback(context, conversation, payload, log);
  return {
    ...created,
    page_token: context.pageTokens.make(conversation.id, decision.enabled),
    recording: decision,
  };
}

/** Cleans up after a start that did not succeed, and says what happened. */
async function failed(
  context: StartDependencies,
  startId: string,
  exchange: Exchange,
  log: Log,
): Promise<Problem> {
  const problem = problemOf(exchange, context.mask);
  if (isUnknownOutcome(exchange)) return afterUnknown(context, startId, problem, idIn(exchange), log);
  return forgotten(context, startId, problem, log);
}

/** An answer that lacks something else may name the conversation. */
function idIn(exchange: Exchange): string | undefined {
  const { body }: { body?: unknown } = exchange.kind === 'answered' ? exchange : {};
  return createdAnswer.pick({ conversation_id: true }).safeParse(body).data?.conversation_id;
}

/** Ends what may have been started, and says so. */
async function afterUnknown(
  context: StartDependencies,
  startId: string,
  { parts }: Problem,
  conversationId: string | undefined,
  log: Log,
): Promise<Problem> {
  const { tavus, clock, registry } = context;
  const orphan =
    conversationId === undefined
      ? await endOrphan(tavus, startId, clock)
      : await endUnused(tavus, conversationId, clock);
  registry.giveUp(startId);
  keepSlot(context, startId, orphan);
  log.warn({ start_id: startId, orphan }, 'Start with an unknown outcome');
  return new Problem({ ...parts, detail: `${parts.detail} ${orphanWords(context.config, orphan)}` });
}

/**
 * Ends a conversation whose caller has hung up before it was told of it.
 * @throws Problem always: what is answered to who asks for it later
 */
export async function endUntold(
  context: StartDependencies,
  { conversation_id: id }: Started,
  log: Log,
): Promise<never> {
  const orphan = await endUnused(context.tavus, id, context.clock);
  const conversation = context.registry.find(id);
  const startId = conversation?.startId;
  if (conversation !== undefined) conversation.isEnded = orphan.kind === 'ended';
  if (startId !== undefined) keepSlot(context, startId, orphan);
  log.warn({ start_id: startId, orphan }, 'Conversation whose caller hung up');
  throw new Problem({
    type: 'conversation-ended',
    status: 410,
    title: 'The conversation was ended',
    detail: `The connection broke before this start was answered, and nobody asked again in time. ${orphanWords(context.config, orphan)} Start again with a new key.`,
  });
}

/** Leaves nothing of a start that started nothing. */
function forgotten(
  { registry, slots }: StartDependencies,
  startId: string,
  error: unknown,
  log: Log,
): NothingStarted {
  registry.giveUp(startId);
  slots.free(startId);
  const problem = nothingStarted(error);
  log.info({ start_id: startId, problem: problem.parts.type }, 'Nothing was started');
  return problem;
}

const absentSecOf = ({ tavus }: Config): number =>
  tavus.limits.participantAbsentTimeoutSec ?? VENDOR_ABSENT_SEC;

/** A conversation that may run holds its slot for as long as Tavus keeps it without anybody in it. */
function keepSlot({ config, slots }: StartDependencies, startId: string, orphan: Orphan): void {
  if (orphan.kind === 'ended') slots.free(startId);
  else slots.shorten(startId, (absentSecOf(config) + SLOT_GRACE_SEC) * 1000);
}

/** What is said about a conversation that nobody will use. */
const ORPHAN_WORDS: Readonly<Record<Orphan['kind'], (absentSec: number) => string>> = {
  ended: () => 'The conversation had been started; it was found and ended.',
  'not-ended': (absentSec) =>
    `The conversation had been started and could not be ended; Tavus ends it after ${absentSec} s without anybody in it.`,
  'not-found': (absentSec) =>
    `It is not among the running conversations; should it appear, Tavus ends it after ${absentSec} s without anybody in it.`,
  'not-known': (absentSec) =>
    `Whether it is running could not be found out; if so, Tavus ends it after ${absentSec} s without anybody in it.`,
};
const orphanWords = (config: Config, { kind }: Orphan): string => ORPHAN_WORDS[kind](absentSecOf(config));

/** The same failure, as one that may be tried again. */
export const nothingStarted = (error: unknown): NothingStarted =>
  new NothingStarted((error instanceof Problem ? error : internal(error)).parts);

const busy = (): Problem =>
  new NothingStarted({
    type: 'busy',
    status: 409,
    title: 'Too many conversations at a time',
    detail:
      'This backend keeps no more conversations open (TAVUS_MAX_CONCURRENT_CONVERSATIONS). Nothing was started.',
    headers: { 'retry-after': String(BUSY_RETRY_SEC) },
  });

/** Until there is a ledger, the log is where a consent is kept. */
const consentNotWritten = (): Problem =>
  new Problem({
    type: 'consent-not-kept',
    status: 503,
    title: 'The consent could not be kept',
    detail:
      'The log, which is the evidence of a consent, cannot be written; its disk may be full. Nothing was started. Try again later.',
    headers: { 'retry-after': '60' },
  });
