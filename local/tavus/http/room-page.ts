import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiError } from '../api-error';
import type { SimulatorContext } from '../context';
import { roomAsset, type AssetName } from './room-assets';
import { addRoomSession } from './room-session';

/** Pages of the laptop may embed the room, whatever their port; no other page may. */
const EMBEDDERS = "'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*";

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    `media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors ${EMBEDDERS}`,
  'permissions-policy': 'camera=(self), microphone=(self)',
  // The address may carry a private room's token.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Routes that serve HTML. */
export const PAGES: ReadonlySet<string> = new Set(['/rooms/:id']);

/**
 * The room itself: the page behind `conversation_url`, in place of Daily's.
 *
 * Whoever knows the conversation's id may open it, as at the vendor (documented for rooms that are not private).
 */
export function addRoomPage(app: FastifyInstance, context: SimulatorContext): void {
  // Chunks are bytes; the JSON routes read their text themselves.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).send(error.body);
    throw error;
  });

  app.get<{ Params: { id: string } }>('/rooms/:id', async (request, reply) => {
    if (context.conversations.inRoom(request.params.id) === undefined) {
      return reply.code(404).type('text/plain').send('There is no such room.');
    }
    return send(reply, 'room.html');
  });
  app.get('/room-page/room.js', (_request, reply) => send(reply, 'room.js'));
  app.get('/room-page/room.css', (_request, reply) => send(reply, 'room.css'));

  addRoomSession(app, context);
}

async function send(reply: FastifyReply, name: AssetName): Promise<string> {
  const { type, body } = await roomAsset(name);
  reply.headers(HEADERS).type(type);
  return body;
}
