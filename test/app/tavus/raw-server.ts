import { createServer, type Server, type Socket } from 'node:net';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Writes any bytes to the socket after a complete request. */
export type RawAnswer = (request: RawRequest, socket: Socket) => void;

export interface RawServer {
  /** Tavus's base URL for a backend. */
  readonly apiBaseUrl: string;
  readonly requests: RawRequest[];
  answer: RawAnswer;
}

const servers: { server: Server; sockets: Set<Socket> }[] = [];

/** For `afterEach`. */
export async function closeRawServers(): Promise<void> {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A complete HTTP response; the connection is closed after it. */
export function http(status: number, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Some\r\nconnection: close\r\n${lines.join('')}\r\n${body}`;
}

/** A fake Tavus with faults below the HTTP level. */
export async function rawServer(answer: RawAnswer): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const self: { apiBaseUrl: string; requests: RawRequest[]; answer: RawAnswer } = {
    apiBaseUrl: '',
    requests: [],
    answer,
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const [head = '', body] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (body === undefined || Buffer.byteLength(body) < length) return;
      const [method = '', path = ''] = head.split(' ');
      text = '';
      self.requests.push({ method, path, body });
      self.answer({ method, path, body }, socket);
    });
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It does not listen.');
  self.apiBaseUrl = `http://127.0.0.1:${address.port}/v2`;
  return self;
}
