import type { SimulatedConversation } from '../conversation';
import { isoMicros } from '../ids';

/** The create call's answer. The recording configuration is not echoed (documented). */
export function createdView(conversation: SimulatedConversation): object {
  return {
    conversation_id: conversation.id,
    conversation_name: conversation.name,
    conversation_url: conversation.url,
    status: conversation.status,
    callback_url: conversation.callbackUrl,
    created_at: isoMicros(conversation.createdAtMs),
    ...(conversation.meetingToken === undefined ? {} : { meeting_token: conversation.meetingToken }),
  };
}

/** A conversation in a list or by its id; `events` only when asked for by `verbose=true`. */
export function conversationView(conversation: SimulatedConversation, verbose = false): object {
  return {
    conversation_id: conversation.id,
    conversation_name: conversation.name,
    status: conversation.status,
    conversation_url: conversation.url,
    callback_url: conversation.callbackUrl,
    replica_id: conversation.replicaId,
    persona_id: conversation.personaId,
    created_at: isoMicros(conversation.createdAtMs),
    updated_at: isoMicros(conversation.updatedAtMs),
    ...(verbose
      ? {
          events: conversation.log.map(({ event_type, timestamp, properties }) => ({
            event_type,
            timestamp,
            properties,
          })),
        }
      : {}),
  };
}

/** What a control route shows of a room. Keys of AWS, role ARNs and the callback's URL are not in it. */
export function roomView(conversation: SimulatedConversation): object {
  return {
    conversation_id: conversation.id,
    status: conversation.status,
    participants: conversation.participants,
    events: conversation.roomEvents,
    recordings: conversation.recordings,
    logged: conversation.log.map(({ event_type, timestamp }) => ({ event_type, timestamp })),
    callbacks: conversation.deliveries,
  };
}
