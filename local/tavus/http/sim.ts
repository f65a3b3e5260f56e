import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api-error';
import type { Conversation } from '../conversation';
import { someSwitchesSchema } from '../switches';
import type { World } from '../world';
import { joinRoom, leaveRoom } from '../room/participants';
import { roomView } from './views';

const joinBody = z.strictObject({
  participant_id: z.string().optional(),
  user_name: z.string().default('Guest'),
  token: z.string().optional(),
  /** Camera or microphone on. */
  media: z.boolean().default(true),
});
const leaveBody = z.strictObject({ participant_id: z.string().optional() });
const startBody = z.strictObject({
  participant_id: z.string().optional(),
  instance_id: z.string().optional(),
});
const stopBody = z.strictObject({ instance_id: z.string().optional() });

/** daily-js names the only instance by this when none is given. */
const FIRST_INSTANCE = 'c3df927c-f738-4471-a2b7-066fa7e95a6b';
const LONGEST_POLL_MS = 60_000;

interface Room {
  Params: { id: string };
  Querystring: { until?: string };
  Body: string;
}

/**
 * Control routes: they stand in for the participant's browser, and show what nobody sees at the vendor.
 * They are no part of the vendor's API and ask for no key.
 */
export function addControl(app: FastifyInstance, world: World): void {
  const { clock, lifecycle, recorder, requests, settings } = world;

  app.get('/requests', () => ({ requests }));

  app.post<{ Body: string }>('/faults', (request) => {
    Object.assign(settings.switches, read(someSwitchesSchema, request.body));
    return settings.switches;
  });

  app.get<Room>('/rooms/:id', async (request) => {
    const conversation = room(request.params.id);
    if (request.query.until === 'settled') await settledOrLate(conversation);
    return roomView(conversation);
  });

  app.post<Room>('/rooms/:id/join', async (request) => {
    const conversation = room(request.params.id);
    const participant = joinRoom(conversation, read(joinBody, request.body), clock.now());
    lifecycle.joined(conversation);
    if (conversation.autoStart && settings.switches.honourAutoStart) {
      await recorder.start(conversation, 'system', FIRST_INSTANCE);
    }
    return participant;
  });

  app.post<Room>('/rooms/:id/leave', (request) => {
    const conversation = room(request.params.id);
    leaveRoom(conversation, read(leaveBody, request.body).participant_id);
    lifecycle.left(conversation);
    return roomView(conversation);
  });

  app.post<Room>('/rooms/:id/recording/start', async (request) => {
    const conversation = room(request.params.id);
    const body = read(startBody, request.body);
    const starter = conversation.participants.find(
      ({ participant_id }) => body.participant_id === undefined || participant_id === body.participant_id,
    );
    // Only a participant's client can start a recording: there is no such call for a backend.
    if (starter === undefined) throw new ApiError(409, { error: 'Nobody by that name is in the room.' });
    await recorder.start(conversation, starter.participant_id, body.instance_id ?? FIRST_INSTANCE);
    return roomView(conversation);
  });

  app.post<Room>('/rooms/:id/recording/stop', (request) => {
    const conversation = room(request.params.id);
    recorder.stop(conversation, read(stopBody, request.body).instance_id);
    return roomView(conversation);
  });

  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).send(error.body);
    throw error;
  });

  function room(id: string): Conversation {
    const conversation = world.conversations.inRoom(id);
    if (conversation === undefined) throw new ApiError(404, { error: `No room ${id}.` });
    return conversation;
  }

  async function settledOrLate(conversation: Conversation): Promise<void> {
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(LONGEST_POLL_MS, resolve);
    });
    await Promise.race([recorder.settled(conversation.id), late]);
    cancel();
  }
}

/** An absent body counts as `{}`. */
function read<T>(schema: z.ZodType<T>, text: string | undefined): T {
  let value: unknown;
  try {
    value = text === undefined || text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, { error: 'The request body is not valid JSON.' });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ApiError(400, { error: z.prettifyError(parsed.error) });
  return parsed.data;
}
