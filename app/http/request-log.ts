import type { App } from './fastify-types';
import { PROBE_ROUTES } from './probe-routes';
import type { RefusalLog } from './refusal-log';

/**
 * One line per request. Logs the route's pattern instead of the URL, because URLs carry tokens; logs no header, body or
 * caller's address. Failures, ours and Tavus's, get a second line.
 */
export function addRequestLog(app: App, refusals: RefusalLog): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none' } = request.routeOptions;
    const { statusCode: status, elapsedTime } = reply;
    const { method, log } = request;
    const about = { method, route, status };
    const fields = { ms: Math.round(elapsedTime) };
    if (!PROBE_ROUTES.has(route)) {
      if (status >= 400) refusals.write(about, { log, message: 'Request', fields });
      else log.info({ ...about, ...fields }, 'Request');
    }
    done();
  });
}
