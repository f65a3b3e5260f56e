import { randomUUID } from 'node:crypto';
import fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { DestinationStream } from 'pino';
import { defined } from '../contract/defined';
import { CatchUp } from './callbacks/catch-up';
import { systemClock, type Clock } from './clock';
import type { Config } from './config';
import { RecentConversations } from './conversations/recent';
import { readEmptyBodyAsNone } from './http/body';
import { answerBroken } from './http/broken-request';
import { DEFAULT_CONNECTIONS, guardConnections, type ConnectionLimits } from './http/connections';
import { sendProblem, toProblem } from './http/error-handler';
import type { App } from './http/fastify-types';
import { addSecurityHeaders } from './http/headers';
import { addLimits, DEFAULT_LIMITS, HEADER_BYTES, PAGE_BODY_BYTES, type RateLimits } from './http/limits';
import { InFlight } from './http/in-flight';
import { notFound } from './http/problems';
import { RefusalLog } from './http/refusal-log';
import { addRequestLog } from './http/request-log';
import { FirstWrite } from './ledger/first-write';
import { Ledger } from './ledger/ledger';
import { openStore } from './ledger/open';
import { Slots } from './ledger/slots';
import type { Store } from './ledger/store';
import { zodCompilers } from './http/zod-compilers';
import { LineSink, stdoutLines } from './log/line-sink';
import { createLogger, type Logger } from './log/logger';
import { foreignTextMask, type ForeignMask } from './log/mask';
import { addPages } from './pages';
import { openBucket, type MonitoredBucket } from './recordings/open-bucket';
import { addAccess } from './routes/access';
import { addCallback } from './routes/callback';
import { addEnd } from './routes/end';
import { addHealth } from './routes/health';
import { addRecordingEvents } from './routes/recording-events';
import { addRecordings } from './routes/recordings/routes';
import { addStart } from './routes/start';
import { addStatus } from './routes/status';
import type { AppContext } from './routes/app-context';
import { isTrustedProxy } from './security/caller-address';
import { callbackTokens } from './security/callback-token';
import { guardRequests } from './security/request-guard';
import { pageLifeSec, pageTokens } from './security/page-token';
import { askUnauthenticated, SignInWatch, type AskUnauthenticated } from './security/sign-in';
import { newStartId } from './security/start-id';
import { tavusClient } from './tavus/client';
import type { RequestSender } from './tavus/exchange';
import { Watch } from './watch/watch';

/** Replacements that tests and benchmarks pass in. */
export interface Deps {
  /** Sends to Tavus. @default a pool of connections to TAVUS_API_BASE_URL */
  readonly dispatcher?: RequestSender;
  /** @default the system's clock */
  readonly clock?: Clock;
  /** Monotonic milliseconds. @default this process's */
  readonly monotonicMs?: () => number;
  /** Makes 128 random bits as 32 hex digits. @default from the system's random source */
  readonly newStartId?: () => string;
  /** Makes a request id. @default a random UUID */
  readonly newRequestId?: () => string;
  /** Receives the log. @default stdout */
  readonly logStream?: DestinationStream;
  /** Per caller and minute; null turns limits off. @default {@link DEFAULT_LIMITS} */
  readonly limits?: RateLimits | null;
  /** @default {@link DEFAULT_CONNECTIONS} */
  readonly connections?: ConnectionLimits;
  /** Requests our own public address without signing in. Used with EASY_AUTH. @default over the network */
  readonly askUnauthenticated?: AskUnauthenticated;
  /** Folder of the built pages. @default none are served */
  readonly assetsDir?: string;
  /** The ledger's store; the server does not close it. @default opened from LEDGER_URL */
  readonly store?: Store;
  /** Reads the bucket. @default from the configuration; no reader when RECORDINGS_ACCESS is unset */
  readonly recordings?: MonitoredBucket;
  /** Runs before the routes are added; collects them for the OpenAPI document. */
  readonly beforeRoutes?: (app: App) => Promise<void>;
}

/** The server, not yet listening. */
export interface BackendServer {
  readonly app: App;
  readonly log: Logger;
  /** Not yet started. */
  readonly watch: Watch;
  /** Stops new starts and reports not ready. */
  readonly stopTakingWork: () => void;
  /** Resolves when no start is under way. */
  readonly workDone: () => Promise<void>;
}

/** Builds the whole server. Opens no port and no connection. */
export async function buildApp(config: Config, deps: Deps = {}): Promise<BackendServer> {
  const lines = new LineSink(deps.logStream ?? stdoutLines());
  const log = createLogger(config, lines);
  const mask = foreignTextMask(config);
  const shutdown = new AbortController();
  const { location, clientId } = config.ledger;
  const store =
    deps.store ??
    (await openStore(location, {
      user: 'backend',
      identity: { kind: 'managed', clientId },
      warn: (text) => log.warn(text),
    }));
  const ledger = new Ledger(store);
  const context = buildContext(config, deps, { lines, log, mask, ledger, shutdown: shutdown.signal });
  const connections = deps.connections ?? DEFAULT_CONNECTIONS;
  const refusals = new RefusalLog(context.clock);
  const newRequestId = deps.newRequestId ?? randomUUID;
  const app = buildServer(config, log, { newRequestId, mask, connections, refusals });
  guardConnections(app, connections.most);

  addSecurityHeaders(app, config);
  addRequestLog(app, refusals);
  watchSignIn(app, context);
  awaitLedger(app, context, log);
  guardRequests(app, config);
  await deps.beforeRoutes?.(app);
  if (context.limits !== undefined) await addLimits(app);
  addHealth(app, context);
  addStart(app, context);
  addEnd(app, context);
  const catchUp = new CatchUp(context);
  addRecordingEvents(app, context, catchUp);
  addStatus(app, context, catchUp);
  await addCallback(app, context);
  if (deps.assetsDir !== undefined) {
    addPages(app, context, deps.assetsDir);
    addAccess(app, context);
  }
  addRecordings(app, context);
  app.addHook('onClose', async () => {
    // Closing may have cut off a caller before it read its answer; its conversation is being ended.
    await context.inFlight.done();
    await context.watch.stop();
    await context.tavus.close();
    context.recordings?.close();
    if (deps.store === undefined) await store.close();
  });
  return {
    app,
    log,
    watch: context.watch,
    stopTakingWork: () => {
      shutdown.abort();
      // At once, so that another replica takes over its lease.
      void context.inFlight.track(context.watch.stop());
    },
    workDone: () => context.inFlight.done(),
  };
}

/** Runs before every other hook: our own 401 or 403 must not be mistaken for an answer of the sign-in. */
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

/** Tries the ledger while the server already listens, because the platform polls readiness. */
function awaitLedger(app: App, { firstWrite }: AppContext, log: Logger): void {
  if (firstWrite === undefined) return;
  app.addHook('onListen', (done) => {
    firstWrite.start().catch((error: unknown) => log.error({ err: error }, 'The ledger cannot be used'));
    done();
  });
  app.addHook('onClose', (_app, done) => {
    firstWrite.stop();
    done();
  });
}

interface ServerParts {
  readonly newRequestId: () => string;
  readonly mask: ForeignMask;
  readonly connections: ConnectionLimits;
  readonly refusals: RefusalLog;
}

function buildServer(
  config: Config,
  log: Logger,
  { newRequestId, mask, connections, refusals }: ServerParts,
): App {
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
    clientErrorHandler: (error, socket) =>
      answerBroken(error, socket, { log: loggerInstance, refusals, requestId: newRequestId() }),
    trustProxy: hasProxies ? isTrustedProxy(config) : false,
    // We send our own problem document while the server closes.
    return503OnClosing: false,
    schemaController: { compilersFactory: zodCompilers },
    frameworkErrors: (error, request, reply) => {
      void sendProblem(toProblem(error, mask), request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.removeContentTypeParser('text/plain');
  readEmptyBodyAsNone(app);
  app.setErrorHandler((error, request, reply) => sendProblem(toProblem(error, mask), request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(notFound(), request, reply));
  return app;
}

interface ContextParts extends Pick<AppContext, 'lines' | 'mask' | 'ledger' | 'shutdown'> {
  readonly log: Logger;
}

function buildContext(config: Config, deps: Deps, { log, ...parts }: ContextParts): AppContext {
  const clock = deps.clock ?? systemClock;
  const { access, publicBaseUrl } = config;
  const ask = deps.askUnauthenticated ?? askUnauthenticated(config.proxy);
  const shared = {
    ...parts,
    clock,
    bucket: config.recording?.bucket,
    recordings:
      deps.recordings ?? (access && openBucket(access, { log, now: () => clock.now(), proxy: config.proxy })),
    ledgerLasts: deps.store !== undefined || config.ledger.location !== undefined,
    slots: new Slots(parts.ledger.store, config.maxConcurrentConversations, clock),
    tavus: tavusClient(config.tavus, { dispatcher: deps.dispatcher, proxy: config.proxy }),
  };
  const watch = new Watch({ ...shared, ...config.watch, ...defined({ monotonicMs: deps.monotonicMs }), log });
  return {
    ...shared,
    config,
    now: () => clock.now(),
    unknownTypes: 0,
    watch,
    lookNow: (startId) => watch.lookNow(startId),
    recent: new RecentConversations(),
    pageTokens: pageTokens(config.callbackSecrets, { clock, lifeSec: pageLifeSec(config.tavus.limits) }),
    callbackTokens: callbackTokens(config.callbackSecrets),
    signIn:
      config.easyAuth && publicBaseUrl !== undefined
        ? new SignInWatch({ publicBaseUrl, ask, log })
        : undefined,
    newStartId: deps.newStartId ?? newStartId,
    firstWrite:
      config.ledger.location?.kind === 'table' && config.recording !== undefined
        ? new FirstWrite(parts.ledger.store, clock, log)
        : undefined,
    limits: deps.limits === null ? undefined : (deps.limits ?? DEFAULT_LIMITS),
    inFlight: new InFlight(),
  };
}
