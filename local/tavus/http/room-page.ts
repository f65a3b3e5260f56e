import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SimulatorContext } from '../context';
import { sendApiErrors } from './api-errors';
import { roomAsset, type AssetName } from './room-assets';
import { addRoomSession } from './room-session';

/** Only pages of this computer may embed the room, on any port. */
const FRAME_ANCESTORS =
  "'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*";

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    `media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors ${FRAME_ANCESTORS}`,
  'permissions-policy': 'camera=(self), microphone=(self)',
  // The URL may contain a private room's token.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Routes that serve HTML. */
export const PAGES: ReadonlySet<string> = new Set(['/rooms/:id']);

/**
 * The room at `conversation_url`, which simulates Daily's.
 *
 * As with the vendor, the conversation's id is enough to open it (documented for rooms that are not private).
 */
export function addRoomPage(app: FastifyInstance, context: SimulatorContext): void {
  // Recording chunks are binary. The other routes decode their JSON themselves.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  sendApiErrors(app);

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
