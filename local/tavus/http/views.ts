import type { SimulatedConversation } from '../conversation';
import { isoMicros } from '../ids';

/** The response to a create request. Does not contain the recording configuration (documented). */
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

/** A conversation, in a list or by its id. `events` are only in the response to `verbose=true`. */
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

/** A room for the control routes. Does not contain AWS credentials, the role's ARN or the callback URL. */
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
