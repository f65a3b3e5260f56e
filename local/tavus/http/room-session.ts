import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api-error';
import type { SimulatedConversation } from '../conversation';
import { DEFAULT_INSTANCE_ID } from '../room-page/protocol';
import type { BrowserFeed } from '../room/feed';
import { HEARTBEAT_MS, type Session } from '../room/sessions';
import type { SimulatorContext } from '../context';
import { readBody } from './body';

const joinBody = z.strictObject({
  user_name: z.string().max(200).default('Guest'),
  token: z.string().optional(),
  media: z.boolean(),
});
const instanceBody = z.strictObject({ instance_id: z.string().default(DEFAULT_INSTANCE_ID) });
const stopBody = z.strictObject({ instance_id: z.string().optional() });
const endBody = z.strictObject({ chunks: z.number().int().min(0) });

const MAX_CHUNK_BYTES = 16 * 1024 * 1024;
/** Longest wait of a long poll for news. Shorter than the heartbeat, because each poll is one. */
const LONG_POLL_MS = HEARTBEAT_MS / 2;

interface InRoom {
  Params: { id: string; instance: string; number: string };
  Querystring: { after?: string };
  Body: Buffer | undefined;
}

/** Routes for the room's page. All but the join require the join's `room_token` in the header `x-room-token`. */
export function addRoomSession(app: FastifyInstance, context: SimulatorContext): void {
  const { changes, clock, recorder, sessions, settings } = context;

  app.post<InRoom>('/rooms/:id/join', async (request) => {
    const conversation = context.conversations.inRoom(request.params.id);
    if (conversation === undefined) throw new ApiError(404, { error: 'There is no such room.' });
    const session = sessions.join(conversation, read(joinBody, request));
    const { participant_id, user_name } = session.participant;
    return { participant_id, user_name, room_token: session.token, news: news(session) };
  });

  app.post<InRoom>('/rooms/:id/leave', async (request) => {
    sessions.leave(sessionOf(request));
    return {};
  });

  app.get<InRoom>('/rooms/:id/news', async (request) => {
    const session = sessionOf(request);
    if (Number(request.query.after) === changes.count(session.conversation.id)) {
      await changeOrTimeout(session.conversation.id);
    }
    return news(session);
  });

  app.post<InRoom>('/rooms/:id/recordings', async (request, reply) => {
    const session = sessionOf(request);
    await sessions.startRecording(session, read(instanceBody, request).instance_id);
    return reply.code(202).send({});
  });

  app.post<InRoom>('/rooms/:id/recordings/stop', async (request) => {
    const { conversation } = sessionOf(request);
    recorder.stop(conversation, read(stopBody, request).instance_id);
    return {};
  });

  app.put<InRoom>(
    '/rooms/:id/recordings/:instance/chunks/:number',
    { bodyLimit: MAX_CHUNK_BYTES },
    async (request) => {
      const number = Number(request.params.number);
      const result = feedOf(request).add(number, request.body ?? Buffer.alloc(0));
      if (result === 'gap')
        throw new ApiError(409, { error: `Chunk ${number}: an earlier chunk is missing.` });
      if (result === 'closed')
        throw new ApiError(409, { error: `Chunk ${number}: the recording has ended.` });
      return {};
    },
  );

  app.post<InRoom>('/rooms/:id/recordings/:instance/end', async (request) => {
    const complete = feedOf(request).end(read(endBody, request).chunks);
    if (!complete) throw new ApiError(409, { error: 'Chunks are missing.' });
    return {};
  });

  /** @throws ApiError 410 if the browser has left, or sent nothing for too long. */
  function sessionOf(request: FastifyRequest<InRoom>): Session {
    const session = sessions.find(request.params.id, request.headers['x-room-token']);
    if (session === undefined) throw new ApiError(410, { error: 'Not in this room.' });
    sessions.heartbeat(session);
    return session;
  }

  function feedOf(request: FastifyRequest<InRoom>): BrowserFeed {
    const feed = sessionOf(request).feeds.get(request.params.instance);
    if (feed === undefined) throw new ApiError(409, { error: 'No such recording.' });
    return feed;
  }

  async function changeOrTimeout(conversationId: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = clock.after(LONG_POLL_MS, resolve);
      changes.next(conversationId, () => {
        cancel();
        resolve();
      });
    });
  }

  function news({ conversation }: Session): object {
    return {
      number: changes.count(conversation.id),
      status: conversation.status,
      replica: replicaOf(conversation),
      participants: conversation.participants.map(({ participant_id, user_name }) => ({
        participant_id,
        user_name,
      })),
      events: conversation.roomEvents,
    };
  }

  function replicaOf({ replicaId, replicaJoined }: SimulatedConversation): object | null {
    if (!replicaJoined) return null;
    const replica = settings.replicas.find(({ replica_id }) => replica_id === replicaId);
    return { participant_id: replicaId, user_name: replica?.replica_name ?? replicaId };
  }
}

function read<T>(schema: z.ZodType<T>, request: FastifyRequest<InRoom>): T {
  return readBody(schema, request.body?.toString('utf8'));
}
