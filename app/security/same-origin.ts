import type { IncomingHttpHeaders } from 'node:http';

/** A host name has at most 253 characters. The limit keeps parsing cheap. */
const MOST_ORIGIN = 300;

/**
 * Whether a request comes from our own pages or from a client that is not a browser. Browsers send `Sec-Fetch-Site` or
 * `Origin` with every request that a foreign page could make.
 *
 * @param publicOrigin our public origin; the request's own host is accepted too
 */
export function isSameOrigin(headers: IncomingHttpHeaders, publicOrigin: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (origin === publicOrigin) return true;
  if (host === undefined || origin.length > MOST_ORIGIN) return false;
  return URL.canParse(origin) && new URL(origin).host === host;
}
