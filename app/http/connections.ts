import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from './fastify-types';

/** What a connection may cost, in milliseconds and in number. */
export interface ConnectionLimits {
  /** From the connection's or the request's first byte until its headers are there; also for who sends nothing. */
  readonly headersMs: number;
  /** Until the whole request is there. It does not count how long the answer takes. */
  readonly requestMs: number;
  /** How often both are looked at. */
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
  // Longer than the 60 s after which proxies usually give up an idle connection: whoever closes first must not be us,
  // or a request on its way is lost.
  keepAliveMs: 72_000,
  // Half of the 1,024 descriptors that a process has where nobody raised them; the others are for Tavus, files and DNS.
  most: 512,
};

/** How long an answer may lie unread once the server closes. */
const UNREAD_MS = 1_000;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Connection {
  readonly open: Set<Exchange>;
  /** It has had an answer; so do a proxy's, and hardly any of those that only hold a place. */
  hasServed: boolean;
  /** When the server closed, its answer was there and not yet read. */
  wasUnread: boolean;
}

/** Somebody waits for us: a whole request has come, and its answer is still being made. */
const isWorkedOn = ({ open }: Connection): boolean =>
  [...open].some(({ request, response }) => request.complete && !response.writableEnded);

/** We wait for somebody: the answer was made, and is not yet taken. */
const isUnread = ({ open }: Connection): boolean =>
  [...open].some(({ response }) => response.writableEnded && !response.writableFinished);

/**
 * Keeps strangers from holding up the server.
 *
 * - Connections that are never used for a whole request must not keep others out: when all places are taken, the oldest
 *   connection on which nothing is being worked makes room. Only when every one of them is being worked on is a new one
 *   refused.
 * - A close waits for requests that have come as a whole, and for nothing else: Node would wait for half a request for
 *   ever, because it stops looking at its timeouts when it closes.
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
  const dropStrangers = (): void => {
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
    dropStrangers();
    const timer = setInterval(dropStrangers, UNREAD_MS);
    server.once('close', () => clearInterval(timer));
    timer.unref();
    done();
  });
}
