import { randomUUID } from 'node:crypto';
import { ApiError } from '../api-error';
import type { SimulatorClock } from '../simulator-clock';
import type { SimulatedConversation, Participant } from '../conversation';
import { isoMicros } from '../ids';
import { TEXT } from '../vendor';
import type { RoomChanges } from './changes';
import type { Lifecycle } from './lifecycle';

/** How somebody comes in. */
export interface Join {
  readonly participant_id?: string | undefined;
  readonly user_name: string;
  readonly token?: string | undefined;
  readonly media: boolean;
}

/** The replica sits in every room and counts (documented for `max_participants`). */
const REPLICAS = 1;

/**
 * Somebody enters the room.
 *
 * @throws ApiError 403 in a private room without its token, 409 when the room is full or over: how the real
 * room says so is up to daily-js, the statuses are the simulator's own.
 */
function joinRoom(conversation: SimulatedConversation, join: Join, now: number): Participant {
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

/** One participant leaves, or everybody. */
function leaveRoom(conversation: SimulatedConversation, participantId: string | undefined): void {
  const stay = conversation.participants.filter(
    ({ participant_id }) => participantId !== undefined && participant_id !== participantId,
  );
  conversation.participants.splice(0, Infinity, ...stay);
}

/** daily-js names the only instance by this when none is given. */
export const FIRST_INSTANCE = 'c3df927c-f738-4471-a2b7-066fa7e95a6b';

/** What coming and going has to do with. */
export interface RoomContext {
  readonly changes: RoomChanges;
  readonly clock: SimulatorClock;
  readonly lifecycle: Lifecycle;
}

/**
 * Somebody comes in, by the room's page or by a control route.
 *
 * @throws ApiError as {@link joinRoom}.
 */
export function enterRoom(
  context: RoomContext,
  conversation: SimulatedConversation,
  join: Join,
): Participant {
  const participant = joinRoom(conversation, join, context.clock.now());
  context.lifecycle.joined(conversation);
  context.changes.announce(conversation.id);
  return participant;
}

/** One goes out, or everybody. */
export function exitRoom(
  context: RoomContext,
  conversation: SimulatedConversation,
  participantId: string | undefined,
): void {
  leaveRoom(conversation, participantId);
  context.lifecycle.left(conversation);
  context.changes.announce(conversation.id);
}
