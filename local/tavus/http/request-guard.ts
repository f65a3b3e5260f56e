import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** The parts of a request that are checked. */
export type Sender = Pick<IncomingMessage, 'method' | 'headers'> & {
  readonly socket: { readonly localPort?: number | undefined };
};

/** What the server knows about the request. */
export interface Admission {
  /** The route serves HTML. Other pages may link to it or embed it in a frame. @default false */
  readonly isPage?: boolean;
  /** The request has the run's key, which no web page knows. @default false */
  readonly hasKey?: boolean;
}

const NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Returns why a request to a local server is refused, or `undefined` if it is allowed.
 *
 * Any web page can send requests to 127.0.0.1, directly or by a name that resolves to it. `Host` contains that name.
 * `Sec-Fetch-Site`, or `Origin` in older browsers, says which site sent the request; other programs send neither.
 *
 * @see https://www.w3.org/TR/fetch-metadata/ (read 2026-11-28)
 */
export function refusalOf(
  { method, headers, socket }: Sender,
  { isPage = false, hasKey = false }: Admission = {},
): string | undefined {
  const { host } = headers;
  const own = NAMES.map((name) => `${name}:${socket.localPort}`);
  if (host === undefined || !own.includes(host)) {
    return (
      `Host: not this computer, got ${host ?? 'nothing'}. A web page could reach this server under another name. ` +
      `Use ${own[0]} or ${own[1]}.`
    );
  }
  if (hasKey || !isFromOtherPage(headers)) return undefined;
  if (isPage && method === 'GET' && headers['sec-fetch-mode'] === 'navigate') return undefined;
  return (
    `Origin: another web page, got ${headers.origin ?? 'nothing'}. Pages may not use this server. ` +
    "Send the request from this server's own page, or with the run's key."
  );
}

function isFromOtherPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== undefined && origin !== `http://${host}`;
}

/** Whether the request has `Authorization: Bearer <key>`. Compares in constant time. */
export function carriesKey({ authorization = '' }: IncomingHttpHeaders, key: string): boolean {
  return timingSafeEqual(digest(authorization), digest(`Bearer ${key}`));
}

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
