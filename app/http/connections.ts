import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from './fastify-types';

/** Timeouts and the maximum number of connections. */
export interface ConnectionLimits {
  /** Until all headers of a request have arrived; also applies to a connection that sends nothing. */
  readonly headersMs: number;
  /** Until the whole request has arrived, not counting the answer. */
  readonly requestMs: number;
  /** How often both timeouts are checked. */
  readonly checkMs: number;
  /** How long a connection stays open for its next request. */
  readonly keepAliveMs: number;
  /** Connections at a time. */
  readonly most: number;
}

export const DEFAULT_CONNECTIONS: ConnectionLimits = {
  // Both are a hundred times what a slow phone needs for our few hundred bytes; 256 KB of a callback need 13 KB/s.
  headersMs: 10_000,
  requestMs: 20_000,
  checkMs: 2_000,
  // Longer than the 60 s after which proxies usually close an idle connection: if we closed first, a request on its way
  // would be lost.
  keepAliveMs: 72_000,
  // Half of the default limit of 1,024 descriptors; the rest serves Tavus, files and DNS.
  most: 512,
};

/** How long an answer may stay unread while the server closes. */
const UNREAD_MS = 1_000;

interface OpenExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Connection {
  readonly open: Set<OpenExchange>;
  /** It has received an answer. A proxy's connection has; one that is only held open rarely has. */
  hasServed: boolean;
  /** Its answer was written but unread at the last check while closing. */
  wasUnread: boolean;
}

/** The request has arrived and its answer is in progress. */
const isWorkedOn = ({ open }: Connection): boolean =>
  [...open].some(({ request, response }) => request.complete && !response.writableEnded);

/** The answer is written and the client has not read all of it. */
const isUnread = ({ open }: Connection): boolean =>
  [...open].some(({ response }) => response.writableEnded && !response.writableFinished);

/**
 * Keeps idle and slow clients from blocking the server.
 *
 * - Idle connections must not keep others out. When the limit is reached, the oldest connection without a request in
 *   progress is closed. A new connection is refused only when all others have one.
 * - A close waits only for requests that have arrived completely. Node would wait for half a request for ever, because
 *   it stops checking its timeouts when it closes.
 */
export function guardConnections(app: App, most: number): void {
  const { server } = app;
  const connections = new Map<Socket, Connection>();
  let isClosing = false;

  const drop = (socket: Socket): void => {
    connections.delete(socket);
    socket.destroy();
  };
  const makeRoom = (newest: Socket): void => {
    const droppable = [...connections].filter(([socket, one]) => socket !== newest && !isWorkedOn(one));
    const [oldest] = droppable.find(([, { hasServed }]) => !hasServed) ?? droppable[0] ?? [];
    if (oldest !== undefined) drop(oldest);
  };
  const dropIdle = (): void => {
    for (const [socket, one] of connections) {
      if (isWorkedOn(one)) continue;
      if (isUnread(one) && !one.wasUnread) one.wasUnread = true;
      else drop(socket);
    }
  };

  server.maxConnections = most;
  server.on('connection', (socket) => {
    if (isClosing) {
      socket.destroy();
      return;
    }
    connections.set(socket, { open: new Set(), hasServed: false, wasUnread: false });
    socket.once('close', () => connections.delete(socket));
    if (connections.size >= most) makeRoom(socket);
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    const one = connections.get(socket);
    if (one === undefined) return;
    const exchange = { request, response };
    one.open.add(exchange);
    response.once('close', () => {
      one.open.delete(exchange);
      one.hasServed ||= response.writableFinished;
      if (isClosing && one.open.size === 0) socket.destroySoon();
    });
  });
  app.addHook('preClose', (done) => {
    isClosing = true;
    dropIdle();
    const timer = setInterval(dropIdle, UNREAD_MS);
    server.once('close', () => clearInterval(timer));
    timer.unref();
    done();
  });
}
