import type { App } from './fastify-types';
import { PROBE_ROUTES } from './probe-routes';
import type { RefusalLog } from './refusal-log';

/**
 * One line per request. The route's pattern stands for its address, because addresses carry tokens; no header, no body
 * and no caller's address is logged. Failures, ours and Tavus's, have a line of their own each.
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
