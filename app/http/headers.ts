import type { Config } from '../config';
import type { App } from './fastify-types';

/** For every answer; pages put a policy of their own in place of this one. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

const YEAR_SEC = 31_536_000;

/** Headers of every answer, from a fixed table: cheaper than a library, and each route can differ. */
export function addSecurityHeaders(app: App, { publicBaseUrl }: Pick<Config, 'publicBaseUrl'>): void {
  const isHttps = publicBaseUrl?.startsWith('https:') === true;
  const headers = isHttps ? { ...HEADERS, 'strict-transport-security': `max-age=${YEAR_SEC}` } : HEADERS;
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
