import { conversationAnswer, type ConversationAnswer } from '../tavus/answers';
import type { TavusClient } from '../tavus/client';
import { factOf } from '../ledger/facts';
import type { Ledger } from '../ledger/ledger';
import type { Log } from '../log/logger';
import { takeIn, type CallbackDependencies, type StartFacts } from './take-in';
import type { CallbackPayload } from './payload';

/** `foreign`: about a conversation that this start did not create. `unverified`: the question to Tavus failed. */
export type Reception = 'accepted' | 'foreign' | 'unverified';

export interface ReceiverDependencies extends CallbackDependencies {
  readonly tavus: TavusClient;
}

/**
 * Stores a callback whose address is verified. If the ledger does not know the start (it predates the ledger, or the ledger
 * was lost), asks Tavus whether the conversation has that start's callback address.
 *
 * @throws LedgerUnavailable
 */
export async function receiveCallback(
  context: ReceiverDependencies,
  startId: string,
  payload: CallbackPayload,
  log: Log,
): Promise<Reception> {
  const { ledger } = context;
  const known = { startId, facts: await ledger.facts(startId) };
  const start = known.facts.length > 0 ? known : await adoptByEcho(context, startId, payload.conversation_id);
  if (start === 'foreign' || start === 'unverified') return start;
  if (factOf(start.facts, 'erased') !== undefined) {
    log.info({ start_id: startId }, 'Callback of an erased conversation dropped');
    return 'accepted';
  }
  const outcome = factOf(start.facts, 'outcome');
  if (outcome?.result === 'created' && outcome.conversationId !== payload.conversation_id) return 'foreign';
  await takeIn(context, start, payload, { via: 'sent', log });
  return 'accepted';
}

async function adoptByEcho(
  { ledger, now, tavus }: ReceiverDependencies,
  startId: string,
  conversationId: string,
): Promise<StartFacts | 'foreign' | 'unverified'> {
  const exchange = await tavus.getConversation(conversationId);
  // Tavus answers 400 for an unknown id (API reference, read 2026-11-22).
  if (exchange.kind === 'answered' && (exchange.status === 400 || exchange.status === 404)) return 'foreign';
  if (exchange.kind !== 'answered' || exchange.status !== 200) return 'unverified';
  const answer = conversationAnswer.safeParse(exchange.body).data;
  if (answer === undefined) return 'unverified';
  if (answer.conversation_id !== conversationId || startIdIn(answer.callback_url ?? '') !== startId) {
    return 'foreign';
  }
  return adopt(ledger, startId, conversationId, now());
}

/** Records that a start without facts in the ledger created this conversation. */
export async function adopt(
  ledger: Ledger,
  startId: string,
  conversationId: string,
  at: number,
): Promise<StartFacts> {
  await ledger.lookAt(startId, at);
  const outcome = await ledger.decide(startId, {
    kind: 'outcome',
    at,
    result: 'created',
    conversationId,
    adopted: true,
  });
  await ledger.index(startId, conversationId, outcome.at);
  return { startId, facts: await ledger.facts(startId) };
}

/** Ours have a host name and some 120 characters; browsers and proxies accept 2,000. */
const MOST_ADDRESS = 2000;

/** The start id in one of our callback addresses. */
export function startIdIn(callbackUrl: string): string | undefined {
  const address = callbackUrl.slice(0, MOST_ADDRESS);
  return /\/tavus\/callback\/(?<startId>[0-9a-f]{32})\//.exec(address)?.groups?.['startId'];
}

/** The start id of a conversation, from its callback address or the end of its name. */
export function startIdOf({
  callback_url: url,
  conversation_name: name,
}: Pick<ConversationAnswer, 'callback_url' | 'conversation_name'>): string | undefined {
  return startIdIn(url ?? '') ?? /(?:^| )(?<startId>[0-9a-f]{32})$/.exec(name ?? '')?.groups?.['startId'];
}
