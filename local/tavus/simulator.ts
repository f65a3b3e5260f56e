import { randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { systemClock } from './simulator-clock';
import { addCatalogue } from './http/catalogue';
import { addControl } from './http/sim';
import { addConversations } from './http/conversations';
import { addGuard } from './http/guard';
import { carriesKey, refusalOf } from './http/request-guard';
import { addRoomPage, PAGES } from './http/room-page';
import type { SimulatorOptions } from './options';
import { buildContext } from './context';

/** A running simulator of Tavus and its Daily rooms. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`. The control routes are under `/sim`. */
  readonly url: string;
  /** Random key of this run. The control routes require `Authorization: Bearer <run key>`. */
  readonly runKey: string;
  /** The base URL of the Tavus API, for the backend's settings. */
  readonly apiBaseUrl: string;
  /** The server, for tests with `inject`. */
  readonly app: FastifyInstance;
  /** Resolves when every recording of the conversation is delivered, failed or discarded. */
  settled(conversationId: string): Promise<void>;
  /** Resolves when all callbacks that are due have been sent, or have failed. */
  callbacksSent(): Promise<void>;
  /** Stops the timers and the server. Cancels running recordings and aborts their uploads. */
  close(): Promise<void>;
}

/** Starts the simulator on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const ownClock = systemClock();
  const clock = options.clock ?? ownClock;
  let url = '';
  const context = buildContext(options, clock, () => url);
  const runKey = randomBytes(24).toString('base64url');
  const app = buildApp(context, runKey);
  url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    url,
    runKey,
    apiBaseUrl: `${url}/v2`,
    app,
    settled: (conversationId) => context.recorder.settled(conversationId),
    callbacksSent: () => context.outbox.idle(),
    async close() {
      await context.recorder.cancel();
      ownClock.stop();
      await app.close();
    },
  };
}

function buildApp(context: ReturnType<typeof buildContext>, runKey: string): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async ({ raw, routeOptions }, reply) => {
    const isPage = PAGES.has(routeOptions.url ?? '');
    const refusal = refusalOf(raw, { isPage, hasKey: carriesKey(raw.headers, runKey) });
    if (refusal !== undefined) await reply.code(403).type('text/plain').send(`${refusal}\n`);
  });
  // Bodies stay text, so that the routes can return the vendor's own JSON errors for any content type.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.register(
    (api, _options, done) => {
      addGuard(api, context.settings, context.clock);
      addConversations(api, context);
      addCatalogue(api, context.settings);
      done();
    },
    { prefix: '/v2' },
  );
  app.register(
    (control, _options, done) => {
      addControl(control, context, runKey);
      done();
    },
    { prefix: '/sim' },
  );
  app.register((room, _options, done) => {
    addRoomPage(room, context);
    done();
  });
  return app;
}
