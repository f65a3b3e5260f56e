import type { Pool } from 'undici';

/** There was no connection, so nothing of any request can have left: refused, not resolved, too slow, or TLS failed. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';

  constructor(override readonly cause: Error) {
    super(`No connection: ${cause.message}`);
  }
}

/**
 * Connections to one origin. Whether one came about is learned from the connector itself: error codes are too many, and
 * some of them, such as ECONNRESET, come before and after a request was sent.
 *
 * HTTP/1.1 alone: there a request is on its way once it is written, and the library never writes one twice.
 */
export async function openPool(origin: string, connectTimeoutMs: number): Promise<Pool> {
  // The library is the slowest part of a start, and nothing needs it before the first call.
  // Its default export, because in the bundle a CommonJS module has no other.
  const { default: undici } = await import('undici');
  const connect = undici.buildConnector({ timeout: connectTimeoutMs, allowH2: false });
  return new undici.Pool(origin, {
    allowH2: false,
    connect: (options, done) => {
      connect(options, (...[error, socket]) => {
        if (error === null) done(null, socket);
        else done(new NotConnected(error), null);
      });
    },
  });
}
