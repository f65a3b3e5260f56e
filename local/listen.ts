import { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';

/** A server that listens on this computer only. */
interface Listening {
  readonly port: number;
  /** Closes the server and, of HTTP, its open connections. */
  readonly close: () => Promise<void>;
}

/** Listens on a port of 127.0.0.1, by default a free one. */
export async function listen(server: Server, port = 0): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    port: address.port,
    async close() {
      if (server instanceof HttpServer) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
