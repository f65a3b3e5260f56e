import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { createServer, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { RunningTables } from '../../../local/azure/table/azurite';

interface ProxyAnswer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

/** One request on its way to the table. */
export interface ProxiedExchange {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Forwards it, and returns the table's response. @param url @default unchanged */
  readonly forward: (url?: string) => Promise<ProxyAnswer>;
  readonly answer: (answer: ProxyAnswer) => void;
  /** Closes the connection. */
  readonly drop: () => void;
}

export type Behaviour = (exchange: ProxiedExchange) => Promise<void> | void;

/** A proxy in front of a table that injects a fault into each request. */
export interface FaultyProxy {
  readonly endpoint: string;
  /** For the next requests, in this order; all others are forwarded. */
  readonly behave: (...next: readonly Behaviour[]) => void;
  /** For every request, until the next call of either. */
  readonly behaveAlways: (behaviour: Behaviour) => void;
  /** Received requests since the last `behave`. */
  readonly requests: ProxiedExchange[];
  readonly close: () => Promise<void>;
}

export const pass: Behaviour = async ({ forward, answer }) => answer(await forward());

/** The table executes the change, but its response is lost. */
export const loseAnswer: Behaviour = async ({ forward, drop }) => {
  await forward();
  drop();
};

export const answerWith =
  (status: number, headers: OutgoingHttpHeaders = {}): Behaviour =>
  ({ answer }) =>
    answer({ status, headers, body: '' });

export const never: Behaviour = () => undefined;

export async function faultyProxy(
  { endpoint, certificatePem: ca }: RunningTables,
  /** With the table's own certificate, because clients trust one certificate per name. */
  keyFile: string,
): Promise<FaultyProxy> {
  const target = new URL(endpoint);
  let queue: Behaviour[] = [];
  let always = pass;
  const requests: ProxiedExchange[] = [];

  const server = createServer({ cert: ca, key: readFileSync(keyFile) }, (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const sent = buffer(incoming);
    const exchange: ProxiedExchange = {
      method,
      url,
      headers,
      drop: () => void response.destroy(),
      answer: (answer) => {
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
      },
      forward: async (path = url) => {
        const body = await sent;
        return new Promise((resolve, reject) => {
          const options = { host: 'localhost', port: target.port, path, method, ca, agent: false };
          const outgoing = request({ ...options, headers: { ...headers, host: target.host } }, (answer) => {
            // The body is sent completely.
            const { 'transfer-encoding': _, ...rest } = answer.headers;
            const status = answer.statusCode ?? 0;
            void buffer(answer).then((text) => resolve({ status, headers: rest, body: text }), reject);
          });
          outgoing.on('error', reject);
          outgoing.end(body);
        });
      },
    };
    requests.push(exchange);
    void (queue.shift() ?? always)(exchange);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    endpoint: `https://localhost:${address.port}${target.pathname}`,
    requests,
    behave: (...next) => {
      queue = [...next];
      always = pass;
      requests.length = 0;
    },
    behaveAlways: (behaviour) => {
      queue = [];
      always = behaviour;
      requests.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
