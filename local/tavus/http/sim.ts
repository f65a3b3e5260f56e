import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api-error';
import type { SimulatedConversation } from '../conversation';
import { faultOverridesSchema } from '../fault-config';
import type { SimulatorContext } from '../context';
import { joinRoom, leaveRoom } from '../room/participants';
import { DEFAULT_INSTANCE_ID } from '../room-page/protocol';
import { sendApiErrors } from './api-errors';
import { readBody } from './body';
import { carriesKey } from './request-guard';
import { roomView } from './views';

const joinBody = z.strictObject({
  participant_id: z.string().optional(),
  user_name: z.string().default('Guest'),
  token: z.string().optional(),
  /** The camera or the microphone is on. */
  media: z.boolean().default(true),
});
const leaveBody = z.strictObject({ participant_id: z.string().optional() });
const startBody = z.strictObject({
  participant_id: z.string().optional(),
  instance_id: z.string().optional(),
});
const stopBody = z.strictObject({ instance_id: z.string().optional() });

const LONG_POLL_MS = 60_000;

interface Room {
  Params: { id: string };
  Querystring: { until?: string };
  Body: string;
}

/**
 * Control routes, which the real vendor does not have. They act for a participant's browser, and return what the
 * vendor does not report. They require the run's key, because recorded requests contain callback tokens.
 */
export function addControl(app: FastifyInstance, context: SimulatorContext, runKey: string): void {
  const { clock, lifecycle, recorder, requests, settings } = context;

  app.addHook('onRequest', async ({ headers }) => {
    if (carriesKey(headers, runKey)) return;
    throw new ApiError(401, { error: 'Authorization: not the key of this run. Control routes need it.' });
  });

  app.get('/requests', () => ({ requests }));

  app.post<{ Body: string }>('/faults', (request) => {
    Object.assign(settings.faults, readBody(faultOverridesSchema, request.body));
    return settings.faults;
  });

  app.get<Room>('/rooms/:id', async (request) => {
    const conversation = room(request.params.id);
    if (request.query.until === 'settled') await settledOrTimeout(conversation);
    return roomView(conversation);
  });

  app.post<Room>('/rooms/:id/join', async (request) => {
    const conversation = room(request.params.id);
    return joinRoom(context, conversation, readBody(joinBody, request.body));
  });

  app.post<Room>('/rooms/:id/leave', (request) => {
    const conversation = room(request.params.id);
    leaveRoom(context, conversation, readBody(leaveBody, request.body).participant_id);
    return roomView(conversation);
  });

  app.post<Room>('/rooms/:id/recording/start', async (request) => {
    const conversation = room(request.params.id);
    const body = readBody(startBody, request.body);
    const starter = conversation.participants.find(
      ({ participant_id }) => body.participant_id === undefined || participant_id === body.participant_id,
    );
    // Only a participant's browser can start a recording: the vendor's API has no such call.
    if (starter === undefined) throw new ApiError(409, { error: 'No such participant is in the room.' });
    await recorder.start(conversation, starter.participant_id, body.instance_id ?? DEFAULT_INSTANCE_ID);
    return roomView(conversation);
  });

  app.post<Room>('/rooms/:id/recording/stop', (request) => {
    const conversation = room(request.params.id);
    recorder.stop(conversation, readBody(stopBody, request.body).instance_id);
    return roomView(conversation);
  });

  app.post<Room>('/rooms/:id/shutdown', (request) => {
    const conversation = room(request.params.id);
    lifecycle.end(conversation, 'daily_room_has_been_deleted');
    return roomView(conversation);
  });

  sendApiErrors(app);

  function room(id: string): SimulatedConversation {
    const conversation = context.conversations.inRoom(id);
    if (conversation === undefined) throw new ApiError(404, { error: `No room ${id}.` });
    return conversation;
  }

  async function settledOrTimeout(conversation: SimulatedConversation): Promise<void> {
    let cancel = (): void => undefined;
    const timeout = new Promise<void>((resolve) => {
      cancel = clock.after(LONG_POLL_MS, resolve);
    });
    await Promise.race([recorder.settled(conversation.id), timeout]);
    cancel();
  }
}
