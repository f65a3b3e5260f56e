import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest, preHandlerAsyncHookHandler, RouteOptions } from 'fastify';
import type { App } from './fastify-types';
import { tooMany } from './problems';

/** Requests that one caller may make per minute, counted in this process. */
export interface Limits {
  /** Starting costs money. */
  readonly starts: number;
  /** Everything else that a page asks for; it polls its status. Callbacks with a wrong token, too. */
  readonly others: number;
}

export const DEFAULT_LIMITS: Limits = { starts: 10, others: 120 };

/** Bodies of our pages are a few hundred bytes. */
export const PAGE_BODY_BYTES = 16 * 1024;

/**
 * Headers of one request, its address included. A sign-in's session cookies and the claims that the platform adds can
 * have more than Node's 16 KB; what is in front of us (Envoy) passes on 60 KB at most, without a setting of its own
 * (envoyproxy.io, http_connection_manager.proto, max_request_headers_kb, read 2026-11-29). All connections with half of
 * such headers take 90 MB (measured 2026-11), of 512 MB that the smallest container has.
 */
export const HEADER_BYTES = 64 * 1024;

/** Prepares per-caller limits; a route has one when it says so by {@link limited}. */
export async function addLimits(app: App): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: 60_000,
    // Only who is refused has to know how long.
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.max(1, Math.ceil(ttl / 1000))),
  });
}

/**
 * Whom a request is counted for; undefined: it is not counted. Who has proven something is never counted together with
 * somebody who has not, so that no outsider can use up a limit but their own.
 */
export type CallerOf = (request: FastifyRequest) => string | undefined;

/** Options of a route with a limit; undefined limits nothing. */
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
 * Limits several routes together, by a hook for all of them: a key can be guessed at each.
 * @param max by what {@link CallerOf} says
 */
export const limitTogether = (
  app: App,
  max: (caller: string) => number,
  callerOf: (request: FastifyRequest) => string,
): preHandlerAsyncHookHandler =>
  app.rateLimit({ max: (_request, caller) => max(caller), keyGenerator: callerOf });
