import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest, RouteOptions } from 'fastify';
import type { Config } from '../config';
import { principalOf } from '../security/access';
import type { App } from './fastify-types';
import { tooMany } from './problems';

/** Requests that one caller may make per minute, counted in this process. */
export interface Limits {
  /** Starting costs money. */
  readonly starts: number;
  /** Everything else that a page asks for; it polls its status. */
  readonly others: number;
}

export const DEFAULT_LIMITS: Limits = { starts: 10, others: 120 };

/** Bodies of our pages are a few hundred bytes. */
export const PAGE_BODY_BYTES = 16 * 1024;

/** Longer than a request of ours with a sign-in's headers; the callback's address, the longest, has some 150 characters. */
export const HEADER_BYTES = 16 * 1024;

/** Proxies between Container Apps' ingress and us; from anybody else, a forwarded address is a claim. */
export const TRUSTED_PROXIES = ['loopback', 'linklocal', 'uniquelocal', '100.64.0.0/10'];

/** Prepares per-caller limits; a route has one when it says so by {@link limited}. Callbacks have none: one lost is one recording unseen. */
export async function addLimits(app: App, config: Config): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: 60_000,
    // Only who is refused has to know how long.
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    keyGenerator: (request: FastifyRequest) => principalOf(config, request.headers) ?? request.ip,
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.max(1, Math.ceil(ttl / 1000))),
  });
}

/** Options of a route with a limit; undefined limits nothing. */
export function limited(max: number | undefined): Pick<RouteOptions, 'config'> {
  return max === undefined ? {} : { config: { rateLimit: { max } } };
}
