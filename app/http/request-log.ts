import type { Clock } from '../clock';
import type { App } from './fastify-types';
import { PROBE_ROUTES } from './probe-routes';

/** Refusals of one kind that get a line each per minute: enough to see what a caller does wrong. */
const MOST_LINES = 20;
const MINUTE_MS = 60_000;

/** What was refused in one way since a minute began. */
interface Refusals {
  since: number;
  count: number;
}

/**
 * One line per request. The route's pattern stands for its address, because addresses carry tokens; no header, no body
 * and no caller's address is logged.
 *
 * Anybody can have requests refused without end, so of the same route and status only the first ones of a minute are
 * logged; how many were not stands in the next line of their kind. Failures, ours and Tavus's, have a line of their own each.
 */
export function addRequestLog(app: App, clock: Pick<Clock, 'now'>): void {
  const refusals = new Map<string, Refusals>();
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none' } = request.routeOptions;
    const { statusCode: status, elapsedTime } = reply;
    const { method, log } = request;
    const about = { method, route, status };
    if (!PROBE_ROUTES.has(route)) {
      const { isLogged, isLast, notLogged } =
        status >= 400 ? take(refusals, `${method} ${route} ${status}`, clock.now()) : LOGGED;
      const before = notLogged === 0 ? {} : { not_logged: notLogged };
      if (isLogged) log.info({ ...about, ms: Math.round(elapsedTime), ...before }, 'Request');
      if (isLast) log.warn(about, 'More refusals like this are not logged this minute');
    }
    done();
  });
}

interface Line {
  readonly isLogged: boolean;
  /** After it there is none this minute. */
  readonly isLast: boolean;
  /** Lines that were left out before. */
  readonly notLogged: number;
}

const LOGGED: Line = { isLogged: true, isLast: false, notLogged: 0 };

/** Counts a refusal. There are as many kinds as methods, routes and statuses. */
function take(refusals: Map<string, Refusals>, kind: string, now: number): Line {
  const known = refusals.get(kind);
  if (known === undefined || now - known.since >= MINUTE_MS) {
    refusals.set(kind, { since: now, count: 1 });
    return { ...LOGGED, notLogged: Math.max(0, (known?.count ?? 0) - MOST_LINES) };
  }
  known.count += 1;
  return { isLogged: known.count <= MOST_LINES, isLast: known.count === MOST_LINES, notLogged: 0 };
}
