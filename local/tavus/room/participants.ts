import { randomUUID } from 'node:crypto';
import { ApiError } from '../api-error';
import type { SimulatorClock } from '../simulator-clock';
import type { SimulatedConversation, Participant } from '../conversation';
import { isoMicros } from '../ids';
import { TEXT } from '../vendor';
import type { RoomChanges } from './changes';
import type { Lifecycle } from './lifecycle';

export interface JoinRequest {
  readonly participant_id?: string | undefined;
  readonly user_name: string;
  readonly token?: string | undefined;
  readonly media: boolean;
}

/** The replica counts for `max_participants` (documented). */
const REPLICAS = 1;

function addParticipant(conversation: SimulatedConversation, join: JoinRequest, now: number): Participant {
  if (conversation.status === 'ended') throw new ApiError(409, { error: 'The conversation has ended.' });
  if (conversation.meetingToken !== undefined && conversation.meetingToken !== join.token) {
    throw new ApiError(403, { error: TEXT.notAllowed });
  }
  if (conversation.participants.length + REPLICAS >= conversation.limits.maxParticipants) {
    throw new ApiError(409, { error: 'The room is full.' });
  }
  const participant: Participant = {
    participant_id: join.participant_id ?? randomUUID(),
    user_name: join.user_name,
    media: join.media,
    joined_at: isoMicros(now),
  };
  conversation.participants.push(participant);
  conversation.everJoined = true;
  return participant;
}

function removeParticipant(conversation: SimulatedConversation, participantId: string | undefined): void {
  const remaining = conversation.participants.filter(
    ({ participant_id }) => participantId !== undefined && participant_id !== participantId,
  );
  conversation.participants.splice(0, Infinity, ...remaining);
}

export interface RoomContext {
  readonly changes: RoomChanges;
  readonly clock: SimulatorClock;
  readonly lifecycle: Lifecycle;
}

/**
 * Adds a participant, for the room's page or a control route.
 *
 * @throws ApiError 403 without the token of a private room, 409 if the room is full or has ended. The statuses are
 * the simulator's own.
 */
export function joinRoom(
  context: RoomContext,
  conversation: SimulatedConversation,
  join: JoinRequest,
): Participant {
  const participant = addParticipant(conversation, join, context.clock.now());
  context.lifecycle.joined(conversation);
  context.changes.announce(conversation.id);
  return participant;
}

/** Removes one participant, or all if no id is given. */
export function leaveRoom(
  context: RoomContext,
  conversation: SimulatedConversation,
  participantId: string | undefined,
): void {
  removeParticipant(conversation, participantId);
  context.lifecycle.left(conversation);
  context.changes.announce(conversation.id);
}
