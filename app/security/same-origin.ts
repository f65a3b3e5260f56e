import type { IncomingHttpHeaders } from 'node:http';

/** A host's name has 253 characters at most. Parsing a longer text would cost more than its length. */
const MOST_ORIGIN = 300;

/**
 * Whether a request comes from our own pages, or from no browser at all: browsers send at least one of the two headers
 * with every request that a foreign page could make.
 *
 * @param publicOrigin the origin under which we are known; else the request's own host counts
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
