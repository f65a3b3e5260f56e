import type { buildConnector, Dispatcher } from 'undici';
import type { Proxy } from '../../contract/proxy';

/** There was no connection, so nothing of any request can have left: refused, not resolved, too slow, or TLS failed. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';

  /** @param proxy the one that the connection should have gone through; it refused, or could not reach the other side */
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
export interface Connections extends Pick<Dispatcher, 'request'> {
  /** Ends all of them. */
  destroy(): Promise<void>;
}

type Connector = buildConnector.connector;

/** Says of every failure to connect that it is one. */
const knowing =
  (connect: Connector, proxy?: Proxy): Connector =>
  (options, done) => {
    connect(options, (...[error, socket]) => {
      if (error === null) done(null, socket);
      else done(new NotConnected(error, proxy), null);
    });
  };

/** Ends the wait for a proxy that takes a connection and never says whether the other side can be reached. */
const within =
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
 * Connections to one origin. Whether one came about is learned from the connector itself: error codes are too many, and
 * some of them, such as ECONNRESET, come before and after a request was sent.
 *
 * HTTP/1.1 alone: there a request is on its way once it is written, and the library never writes one twice.
 *
 * @param proxy for https alone: plain http is for this machine
 */
export async function openPool(
  origin: string,
  connectTimeoutMs: number,
  proxy?: Proxy,
): Promise<Connections> {
  // The library is the slowest part of a start, and nothing needs it before the first call.
  // Its default export, because in the bundle a CommonJS module has no other.
  const { default: undici } = await import('undici');
  const direct = undici.buildConnector({ timeout: connectTimeoutMs, allowH2: false });
  if (proxy === undefined || !origin.startsWith('https:')) {
    return new undici.Pool(origin, { allowH2: false, connect: knowing(direct) });
  }
  const agent = new undici.EnvHttpProxyAgent({
    httpsProxy: proxy.url,
    // Empty, so that the library does not read the environment itself.
    httpProxy: '',
    noProxy: proxy.noProxy,
    allowH2: false,
    proxyTls: { timeout: connectTimeoutMs },
    requestTls: { timeout: connectTimeoutMs, allowH2: false },
    // It is given how to connect through the proxy; without that, the host is one of NO_PROXY.
    factory: (to, { connect, ...options }: { readonly connect?: Connector }) =>
      new undici.Pool(to, {
        ...options,
        connect: connect === undefined ? knowing(direct) : knowing(within(connect, connectTimeoutMs), proxy),
      }),
  });
  return {
    request: (options: Parameters<Connections['request']>[0]) => agent.request({ ...options, origin }),
    destroy: () => agent.destroy(),
  };
}
