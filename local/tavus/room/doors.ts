import type { Conversation, Participant } from '../conversation';
import type { World } from '../world';
import { joinRoom, leaveRoom, type Join } from './participants';

/** daily-js names the only instance by this when none is given. */
export const FIRST_INSTANCE = 'c3df927c-f738-4471-a2b7-066fa7e95a6b';

type Doors = Pick<World, 'bell' | 'clock' | 'lifecycle' | 'recorder' | 'settings'>;

/**
 * Somebody comes in, by the room's page or by a control route.
 *
 * @throws ApiError as {@link joinRoom}.
 */
export async function enterRoom(world: Doors, conversation: Conversation, join: Join): Promise<Participant> {
  const participant = joinRoom(conversation, join, world.clock.now());
  world.lifecycle.joined(conversation);
  world.bell.ring(conversation.id);
  if (conversation.autoStart && world.settings.switches.honourAutoStart) {
    await world.recorder.start(conversation, 'system', FIRST_INSTANCE);
  }
  return participant;
}

/** One goes out, or everybody. */
export function exitRoom(world: Doors, conversation: Conversation, participantId: string | undefined): void {
  leaveRoom(conversation, participantId);
  world.lifecycle.left(conversation);
  world.bell.ring(conversation.id);
}
