import type { buildConnector, Dispatcher } from 'undici';
import type { Proxy } from '../../contract/proxy';

/** No connection could be opened (refused, unresolved, too slow, or TLS failed), so nothing was sent. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';

  /** @param proxy the proxy that refused the connection or could not reach the server */
  constructor(
    override readonly cause: Error,
    readonly proxy?: Proxy,
  ) {
    super(
      `No connection${proxy === undefined ? '' : ` through the proxy ${proxy.displayUrl} of HTTPS_PROXY`}: ${cause.message}`,
    );
  }
}

/** Connections to one origin. */
export interface ConnectionPool extends Pick<Dispatcher, 'request'> {
  /** Ends all of them. */
  destroy(): Promise<void>;
}

type Connector = buildConnector.connector;

/** Turns every failure to connect into {@link NotConnected}. */
const markFailures =
  (connect: Connector, proxy?: Proxy): Connector =>
  (options, done) => {
    connect(options, (...[error, socket]) => {
      if (error === null) done(null, socket);
      else done(new NotConnected(error, proxy), null);
    });
  };

/** Adds a timeout for a proxy that accepts the connection but never answers CONNECT. */
const withTimeout =
  (connect: Connector, ms: number): Connector =>
  (options, done) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      done(new Error(`The proxy did not answer within ${ms} ms.`), null);
    }, ms);
    connect(options, (...[error, socket]) => {
      clearTimeout(timer);
      if (isLate) socket?.destroy();
      else if (error === null) done(null, socket);
      else done(error, null);
    });
  };

/**
 * Opens connections to one origin. The connector itself reports whether a connection was opened: error codes do not tell,
 * because ECONNRESET, for example, occurs before and after a request was sent.
 *
 * HTTP/1.1 only: there the library never writes a request twice.
 *
 * @param proxy for https only: plain http is for this machine
 */
export async function openPool(
  origin: string,
  connectTimeoutMs: number,
  proxy?: Proxy,
): Promise<ConnectionPool> {
  // Loaded at the first call: the library is the slowest part of a start.
  // The default export, because a CommonJS module has no other in the bundle.
  const { default: undici } = await import('undici');
  const direct = undici.buildConnector({ timeout: connectTimeoutMs, allowH2: false });
  if (proxy === undefined || !origin.startsWith('https:')) {
    return new undici.Pool(origin, { allowH2: false, connect: markFailures(direct) });
  }
  const agent = new undici.EnvHttpProxyAgent({
    httpsProxy: proxy.url,
    // Empty, so that the library does not read the environment.
    httpProxy: '',
    noProxy: proxy.noProxy,
    allowH2: false,
    proxyTls: { timeout: connectTimeoutMs },
    requestTls: { timeout: connectTimeoutMs, allowH2: false },
    // `connect` goes through the proxy; it is undefined for hosts in NO_PROXY.
    factory: (to, { connect, ...options }: { readonly connect?: Connector }) =>
      new undici.Pool(to, {
        ...options,
        connect:
          connect === undefined
            ? markFailures(direct)
            : markFailures(withTimeout(connect, connectTimeoutMs), proxy),
      }),
  });
  return {
    request: (options: Parameters<ConnectionPool['request']>[0]) => agent.request({ ...options, origin }),
    destroy: () => agent.destroy(),
  };
}
