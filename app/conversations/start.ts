import { callbackPath } from '../../contract/callback-path';
import { VENDOR_ABSENT_SEC, VENDOR_MAX_CALL_SEC } from '../../contract/vendor-facts';
import type { Clock } from '../clock';
import type { Config } from '../config';
import { applyCallback } from '../callbacks/apply';
import type { ReceiverDependencies } from '../callbacks/receive';
import { Problem } from '../http/problem';
import { evidence, type Log } from '../log/logger';
import type { ForeignMask } from '../log/mask';
import { recordingLine } from '../log/start-up';
import { callbackLifeSec, type CallbackTokens } from '../security/callback-token';
import type { PageTokens } from '../security/page-token';
import { createdAnswer, type CreatedAnswer } from '../tavus/answers';
import { createBody } from '../tavus/create-body';
import { BUSY_RETRY_SEC, problemOf } from '../tavus/errors';
import type { Exchange } from '../tavus/exchange';
import { endOrphan, isUnknownOutcome, type Orphan } from '../tavus/orphan';
import { sendCarefully } from '../tavus/retry';
import { decideRecording, type RecordingDecision, type StartOptions } from './recording-decision';

/** Until a slot is free at Tavus after its call is over (observed: some seconds). */
const SLOT_GRACE_SEC = 60;

export interface StartDependencies extends ReceiverDependencies {
  readonly config: Config;
  readonly clock: Clock;
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

/** A start that may have been carried out. It must not be tried again under the same idempotency key. */
export class UnknownOutcome extends Problem {}

/**
 * Starts one paid conversation. Consent is in the log before Tavus is asked; the callback address is made before, too,
 * because it is part of the request.
 *
 * @throws Problem saying what went wrong and whether something may be running
 */
export async function startConversation(
  context: StartDependencies,
  options: StartOptions,
  log: Log,
): Promise<Started> {
  const { config, registry, slots } = context;
  const startId = context.newStartId();
  const { maxCallDurationSec = VENDOR_MAX_CALL_SEC } = config.tavus.limits;
  if (!slots.take(startId, (maxCallDurationSec + SLOT_GRACE_SEC) * 1000)) throw busy();

  const decision = decideRecording(config, options);
  if (decision.enabled && options.consent !== undefined) {
    evidence(log).info({ start_id: startId, consent: options.consent }, 'Recording consent');
  }
  registry.expect(startId);
  const exchange = await send(context, options, startId, decision.enabled);
  const created = createdIn(exchange);
  if (created === undefined) throw await failed(context, startId, exchange, log);

  const { conversation, early } = registry.bind(startId, created.conversation_id);
  const bucket = decision.enabled ? config.recording?.bucket : undefined;
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
  return sendCarefully(() => tavus.createConversation(body), clock);
}

function createdIn(exchange: Exchange): CreatedAnswer | undefined {
  if (exchange.kind !== 'answered' || exchange.status < 200 || exchange.status >= 300) return undefined;
  return createdAnswer.safeParse(exchange.body).data;
}

/** Cleans up after a start that did not succeed, and says what happened. */
async function failed(
  context: StartDependencies,
  startId: string,
  exchange: Exchange,
  log: Log,
): Promise<Problem> {
  const { config, registry, slots } = context;
  const problem = problemOf(exchange, context.mask);
  if (!isUnknownOutcome(exchange)) {
    registry.giveUp(startId);
    slots.free(startId);
    return problem;
  }
  const orphan = await endOrphan(context.tavus, startId, context.clock);
  registry.giveUp(startId);
  const absentSec = config.tavus.limits.participantAbsentTimeoutSec ?? VENDOR_ABSENT_SEC;
  if (orphan.kind === 'ended') slots.free(startId);
  else slots.shorten(startId, (absentSec + SLOT_GRACE_SEC) * 1000);
  log.warn({ start_id: startId, orphan }, 'Start with an unknown outcome');
  const { parts } = problem;
  return new UnknownOutcome({ ...parts, detail: `${parts.detail} ${ORPHAN_WORDS[orphan.kind](absentSec)}` });
}

/** What is said about a start whose answer never came. */
const ORPHAN_WORDS: Readonly<Record<Orphan['kind'], (absentSec: number) => string>> = {
  ended: () => 'The conversation had been started; it was found and ended.',
  'not-ended': (absentSec) =>
    `The conversation had been started and could not be ended; Tavus ends it after ${absentSec} s without anybody in it.`,
  'not-found': (absentSec) =>
    `It is not among the running conversations; should it appear, Tavus ends it after ${absentSec} s without anybody in it.`,
  'not-known': (absentSec) =>
    `Whether it is running could not be found out; if so, Tavus ends it after ${absentSec} s without anybody in it.`,
};

const busy = (): Problem =>
  new Problem({
    type: 'busy',
    status: 409,
    title: 'Too many conversations at a time',
    detail:
      'This backend keeps no more conversations open (TAVUS_MAX_CONCURRENT_CONVERSATIONS). Nothing was started.',
    headers: { 'retry-after': String(BUSY_RETRY_SEC) },
  });
