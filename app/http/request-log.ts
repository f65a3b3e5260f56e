import type { App } from './fastify-types';

/** Health checks come every few seconds and say nothing. */
const QUIET: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/**
 * One line per request. The route's pattern stands for its address, because addresses carry tokens; no header, no body
 * and no caller's address is logged.
 */
export function addRequestLog(app: App): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    if (!QUIET.has(route)) {
      const { method } = request;
      request.log.info(
        { method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
        'Request',
      );
    }
    done();
  });
}
