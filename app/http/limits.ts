import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest, preHandlerAsyncHookHandler, RouteOptions } from 'fastify';
import type { App } from './fastify-types';
import { tooMany } from './problems';

/** Requests that one caller may make per minute, counted in this process. */
export interface RateLimits {
  /** Starting costs money. */
  readonly starts: number;
  /** All other requests of a page, which polls its status, and callbacks with a wrong token. */
  readonly others: number;
}

export const DEFAULT_LIMITS: RateLimits = { starts: 10, others: 120 };

/** Bodies of our pages are a few hundred bytes. */
export const PAGE_BODY_BYTES = 16 * 1024;

/**
 * Limit for the headers and URL of one request. A sign-in's session cookies and the claims that the platform adds can
 * exceed Node's default of 16 KB; Envoy in front of us passes on 60 KB at most by default (envoyproxy.io,
 * http_connection_manager.proto, max_request_headers_kb, read 2026-11-29). All connections with half of such headers take
 * 90 MB (measured 2026-11), of 512 MB that the smallest container has.
 */
export const HEADER_BYTES = 64 * 1024;

/** Prepares per-caller limits; a route opts in with {@link limited}. */
export async function addLimits(app: App): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: 60_000,
    // Only refused callers need to know how long to wait.
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.max(1, Math.ceil(ttl / 1000))),
  });
}

/**
 * The key under which a request is counted; undefined: not counted. Authenticated and unauthenticated callers never share
 * a key, so that an unauthenticated caller cannot use up another caller's limit.
 */
export type CallerOf = (request: FastifyRequest) => string | undefined;

/** Options of a route with a limit. @param max undefined: no limit */
export function limited(max: number | undefined, callerOf: CallerOf): Pick<RouteOptions, 'config'> {
  if (max === undefined) return {};
  return {
    config: {
      rateLimit: {
        max,
        keyGenerator: (request) => callerOf(request) ?? NOT_COUNTED,
        allowList: [NOT_COUNTED],
      },
    },
  };
}

const NOT_COUNTED = 'not counted';

/**
 * One limit shared by several routes, because a key can be guessed at each of them.
 * @param max limit for a key of {@link CallerOf}
 */
export const limitTogether = (
  app: App,
  max: (caller: string) => number,
  callerOf: (request: FastifyRequest) => string,
): preHandlerAsyncHookHandler =>
  app.rateLimit({ max: (_request, caller) => max(caller), keyGenerator: callerOf });
