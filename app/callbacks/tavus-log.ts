import { conversationAnswer, type ConversationAnswer } from '../tavus/answers';
import type { TavusClient } from '../tavus/client';
import type { Exchange } from '../tavus/exchange';
import { callbackPayload, type CallbackPayload } from './payload';

/** Tavus's answer about a conversation and its callbacks, or the failed exchange. */
export type TavusLog =
  | {
      readonly kind: 'read';
      readonly answer: ConversationAnswer;
      readonly payloads: readonly CallbackPayload[];
    }
  | { readonly kind: 'not-read'; readonly exchange: Exchange };

export async function readTavusLog(tavus: TavusClient, conversationId: string): Promise<TavusLog> {
  const exchange = await tavus.getConversation(conversationId, true);
  const isRead = exchange.kind === 'answered' && exchange.status === 200;
  const answer = isRead ? conversationAnswer.safeParse(exchange.body).data : undefined;
  if (answer?.conversation_id !== conversationId) return { kind: 'not-read', exchange };
  const payloads = (answer.events ?? []).flatMap((event) => {
    const payload = callbackPayload.omit({ conversation_id: true }).safeParse(event).data;
    return payload === undefined ? [] : [{ ...payload, conversation_id: conversationId }];
  });
  return { kind: 'read', answer, payloads };
}
