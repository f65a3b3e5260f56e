import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../http/problem';
import type { Config } from '../config';
import { isSameText } from './constant-time';

/** Set by Container Apps authentication, which removes it from what comes from outside (security notes of Azure, 2026-11). */
const PRINCIPAL_HEADER = 'x-ms-client-principal-id';

/** Who Container Apps authentication says is calling; undefined without it. */
export function principalOf(
  config: Pick<Config, 'easyAuth'>,
  headers: IncomingHttpHeaders,
): string | undefined {
  const principal = config.easyAuth ? headers[PRINCIPAL_HEADER] : undefined;
  return typeof principal === 'string' && principal !== '' ? principal : undefined;
}

/**
 * Lets a caller start conversations, or throws. Each guard that is configured has to be passed; with none, all may.
 * @throws Problem 401
 */
export function assertMayStart(
  config: Pick<Config, 'easyAuth' | 'startApiKey'>,
  headers: IncomingHttpHeaders,
): void {
  if (config.easyAuth && principalOf(config, headers) === undefined) {
    throw unauthorized('Sign in first: this backend is behind Container Apps authentication.');
  }
  if (config.startApiKey === undefined) return;
  // Spaces belong to one part of the pattern alone, or many of them would be tried in all ways.
  const [, given] = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? '') ?? [];
  // Compared also when there is none, so that both take the same time.
  if (!isSameText(given ?? '', config.startApiKey)) {
    throw unauthorized(
      'Send the key as `Authorization: Bearer <START_API_KEY>`. The one that came, if any, is wrong.',
    );
  }
}

const unauthorized = (detail: string): Problem =>
  new Problem({
    type: 'unauthorized',
    status: 401,
    title: 'Not allowed to start conversations',
    detail,
    headers: { 'www-authenticate': 'Bearer' },
  });
