import { conversationAnswer } from '../tavus/answers';
import type { TavusClient } from '../tavus/client';
import type { Registry } from '../conversations/registry';
import type { Log } from '../log/logger';
import { applyCallback, type CallbackDependencies } from './apply';
import type { CallbackPayload } from './payload';

/** `foreign`: about a conversation that this start did not make. `unverified`: Tavus could not be asked. */
export type Reception = 'accepted' | 'foreign' | 'unverified';

export interface ReceiverDependencies extends CallbackDependencies {
  readonly tavus: TavusClient;
  readonly registry: Registry;
}

/**
 * Takes in a callback whose address was proven to be ours. A start that this process does not know was another's, before
 * a restart: Tavus is asked whether the conversation carries that start's callback address.
 */
export async function receiveCallback(
  context: ReceiverDependencies,
  startId: string,
  payload: CallbackPayload,
  log: Log,
): Promise<Reception> {
  const { registry } = context;
  const known = registry.findStart(startId);
  if (known !== undefined && 'early' in known) {
    registry.keepEarly(known, payload);
    return 'accepted';
  }
  if (known !== undefined) {
    if (known.id !== payload.conversation_id) return 'foreign';
    applyCallback(context, known, payload, log);
    return 'accepted';
  }
  const reception = await askTavus(context.tavus, startId, payload.conversation_id);
  if (reception === 'accepted') {
    applyCallback(context, registry.adopt(payload.conversation_id, startId), payload, log);
  }
  return reception;
}

async function askTavus(tavus: TavusClient, startId: string, conversationId: string): Promise<Reception> {
  const exchange = await tavus.getConversation(conversationId);
  // Tavus answers 400 for an id that it does not know (API reference, read 2026-11-22).
  if (exchange.kind === 'answered' && (exchange.status === 400 || exchange.status === 404)) return 'foreign';
  if (exchange.kind !== 'answered' || exchange.status !== 200) return 'unverified';
  const answer = conversationAnswer.safeParse(exchange.body);
  if (!answer.success) return 'unverified';
  const isOurs =
    answer.data.conversation_id === conversationId && startIdIn(answer.data.callback_url ?? '') === startId;
  return isOurs ? 'accepted' : 'foreign';
}

/** Ours are a host's name and some 120 characters; browsers and proxies take 2,000. */
const MOST_ADDRESS = 2000;

/** The start id in a callback address that we gave out. */
export function startIdIn(callbackUrl: string): string | undefined {
  const address = callbackUrl.slice(0, MOST_ADDRESS);
  return /\/tavus\/callback\/(?<startId>[0-9a-f]{32})\//.exec(address)?.groups?.['startId'];
}
