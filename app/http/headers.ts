import type { Config } from '../config';
import type { App } from './fastify-types';

/** For every answer; pages replace the content security policy. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

const YEAR_SEC = 31_536_000;

/** Adds fixed headers to every answer: cheaper than a library, and routes can override them. */
export function addSecurityHeaders(app: App, { publicBaseUrl }: Pick<Config, 'publicBaseUrl'>): void {
  const isHttps = publicBaseUrl?.startsWith('https:') === true;
  const headers = isHttps ? { ...HEADERS, 'strict-transport-security': `max-age=${YEAR_SEC}` } : HEADERS;
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
