import { randomUUID } from 'node:crypto';
import fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { DestinationStream } from 'pino';
import { systemClock, type Clock } from './clock';
import type { Config } from './config';
import { Registry } from './conversations/registry';
import { Slots } from './conversations/slots';
import { answerBroken } from './http/broken-request';
import { DEFAULT_CONNECTIONS, guardConnections, type ConnectionLimits } from './http/connections';
import { sendProblem, toProblem } from './http/error-handler';
import type { App } from './http/fastify-types';
import { addSecurityHeaders } from './http/headers';
import { addLimits, DEFAULT_LIMITS, HEADER_BYTES, PAGE_BODY_BYTES, type Limits } from './http/limits';
import { InFlight } from './http/in-flight';
import { notFound } from './http/problems';
import { zodCompilers } from './http/zod-compilers';
import { addRequestLog } from './http/request-log';
import { LineSink, stdoutLines } from './log/line-sink';
import { createLogger, type Logger } from './log/logger';
import { foreignTextMask, type ForeignMask } from './log/mask';
import { addPages } from './pages';
import { addAccess } from './routes/access';
import { addCallback } from './routes/callback';
import { addEnd } from './routes/end';
import { addHealth } from './routes/health';
import { addRecordingEvents } from './routes/recording-events';
import { addStart } from './routes/start';
import { addStatus } from './routes/status';
import type { AppContext } from './routes/app-context';
import { isTrustedProxy } from './security/caller-address';
import { callbackTokens } from './security/callback-token';
import { guardDoors } from './security/doors';
import { pageLifeSec, pageTokens } from './security/page-token';
import { askAsStranger, SignInWatch, type AskAsStranger } from './security/sign-in';
import { newStartId } from './security/start-id';
import { tavusClient } from './tavus/client';
import type { Sender } from './tavus/exchange';

/** What a test, or a benchmark, puts in place of the real thing. */
export interface Deps {
  /** Sends to Tavus. @default a pool of connections to TAVUS_API_BASE_URL */
  readonly dispatcher?: Sender;
  /** @default the system's clock */
  readonly clock?: Clock;
  /** 128 random bits as 32 hex digits. @default from the system's random numbers */
  readonly newStartId?: () => string;
  /** Names a request. @default a random UUID */
  readonly newRequestId?: () => string;
  /** Where the log goes. @default stdout */
  readonly logStream?: DestinationStream;
  /** Per caller and minute; null: nobody is limited. @default {@link DEFAULT_LIMITS} */
  readonly limits?: Limits | null;
  /** What a connection may cost. @default {@link DEFAULT_CONNECTIONS} */
  readonly connections?: ConnectionLimits;
  /** Asks our own public address without signing in, where people sign in. @default over the network */
  readonly askAsStranger?: AskAsStranger;
  /** Folder of the built pages. @default none are served */
  readonly assetsDir?: string;
  /** Looks at the routes as they are added; for their documentation. */
  readonly beforeRoutes?: (app: App) => Promise<void>;
}

/** The server, not yet listening. */
export interface Backend {
  readonly app: App;
  readonly log: Logger;
  /** From now on it starts nothing and says that it is not ready. */
  readonly stopTakingWork: () => void;
  /** Resolves when no start is under way. */
  readonly workDone: () => Promise<void>;
}

/** Builds the server with everything in it. Opens no port and no connection. */
export async function buildApp(config: Config, deps: Deps = {}): Promise<Backend> {
  const lines = new LineSink(deps.logStream ?? stdoutLines());
  const log = createLogger(config, lines);
  const mask = foreignTextMask(config);
  const shutdown = new AbortController();
  const context = buildContext(config, deps, { lines, log, mask, shutdown: shutdown.signal });
  const connections = deps.connections ?? DEFAULT_CONNECTIONS;
  const app = buildServer(config, log, { newRequestId: deps.newRequestId ?? randomUUID, mask, connections });
  guardConnections(app, connections.most);

  addSecurityHeaders(app, config);
  addRequestLog(app, context.clock);
  watchSignIn(app, context);
  guardDoors(app, config);
  await deps.beforeRoutes?.(app);
  if (context.limits !== undefined) await addLimits(app);
  addHealth(app, context);
  addStart(app, context);
  addEnd(app, context);
  addRecordingEvents(app, context);
  addStatus(app, context);
  await addCallback(app, context);
  if (deps.assetsDir !== undefined) {
    addPages(app, config, deps.assetsDir);
    addAccess(app, context);
  }
  app.addHook('onClose', async () => {
    // A caller that did not take its answer was lost just now.
    await context.inFlight.done();
    await context.tavus.close();
  });
  return {
    app,
    log,
    stopTakingWork: () => shutdown.abort(),
    workDone: () => context.inFlight.done(),
  };
}

/** The first to look at a request: what a door of our own answers must not look like a sign-in's answer. */
function watchSignIn(app: App, { signIn }: AppContext): void {
  if (signIn === undefined) return;
  app.addHook('onRequest', ({ url }, _reply, done) => {
    signIn.note(url);
    done();
  });
  app.addHook('onListen', (done) => {
    signIn.start();
    done();
  });
  app.addHook('onClose', (_app, done) => {
    signIn.stop();
    done();
  });
}

interface ServerParts {
  readonly newRequestId: () => string;
  readonly mask: ForeignMask;
  readonly connections: ConnectionLimits;
}

function buildServer(config: Config, log: Logger, { newRequestId, mask, connections }: ServerParts): App {
  const hasProxies = config.publicBaseUrl?.startsWith('https:') === true || config.trustedProxies.length > 0;
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    genReqId: newRequestId,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: PAGE_BODY_BYTES,
    requestTimeout: connections.requestMs,
    keepAliveTimeout: connections.keepAliveMs,
    http: {
      headersTimeout: connections.headersMs,
      connectionsCheckingInterval: connections.checkMs,
      maxHeaderSize: HEADER_BYTES,
    },
    clientErrorHandler: (error, socket) => answerBroken(error, socket, newRequestId()),
    trustProxy: hasProxies ? isTrustedProxy(config) : false,
    // Requests that come while it closes are answered by our own words.
    return503OnClosing: false,
    schemaController: { compilersFactory: zodCompilers },
    frameworkErrors: (error, request, reply) => {
      void sendProblem(toProblem(error, mask), request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => sendProblem(toProblem(error, mask), request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(notFound(), request, reply));
  return app;
}

interface ContextParts extends Pick<AppContext, 'lines' | 'mask' | 'shutdown'> {
  readonly log: Logger;
}

function buildContext(config: Config, deps: Deps, { log, ...parts }: ContextParts): AppContext {
  const clock = deps.clock ?? systemClock;
  const { publicBaseUrl } = config;
  const ask = deps.askAsStranger ?? askAsStranger;
  return {
    ...parts,
    config,
    clock,
    bucket: config.recording?.bucket,
    slots: new Slots(config.maxConcurrentConversations, clock),
    now: () => clock.now(),
    unknownTypes: 0,
    tavus: tavusClient(config.tavus, deps.dispatcher),
    registry: new Registry(),
    pageTokens: pageTokens(config.callbackSecrets, { clock, lifeSec: pageLifeSec(config.tavus.limits) }),
    callbackTokens: callbackTokens(config.callbackSecrets),
    signIn:
      config.easyAuth && publicBaseUrl !== undefined
        ? new SignInWatch({ publicBaseUrl, ask, log })
        : undefined,
    newStartId: deps.newStartId ?? newStartId,
    limits: deps.limits === null ? undefined : (deps.limits ?? DEFAULT_LIMITS),
    inFlight: new InFlight(),
  };
}
