import { createServer } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { listen } from '../ops/listen';

/** A proxy's response to CONNECT; `silent` sends none. */
export type ProxyAct = 'through' | 'silent' | 403 | 407;

export interface ProxyServer {
  /** With credentials; the password is {@link PASSWORD}. */
  readonly url: string;
  readonly host: string;
  /** `host:port` of each CONNECT. */
  readonly asked: string[];
  readonly credentials: Set<string | undefined>;
  act: ProxyAct;
}

export const PASSWORD = 'planted-pass@word';

const closing: (() => Promise<unknown>)[] = [];

/** For `afterEach`. */
export async function closeProxies(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()));
}

function onClose(server: Server, sockets: ReadonlySet<Socket>): void {
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
}

/** A proxy that forwards every request to one port of this machine. */
export async function proxyTo(port: number): Promise<ProxyServer> {
  const sockets = new Set<Socket>();
  const server = createServer();
  const own = await listen(server);
  const self: ProxyServer = {
    url: `http://planted-user:${encodeURIComponent(PASSWORD)}@127.0.0.1:${own}`,
    host: `127.0.0.1:${own}`,
    asked: [],
    credentials: new Set(),
    act: 'through',
  };
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    self.asked.push(url);
    self.credentials.add(headers['proxy-authorization']);
    if (self.act === 'silent') return;
    if (self.act !== 'through') {
      socket.end(`HTTP/1.1 ${self.act} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const other = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(other);
      other.pipe(socket);
    });
    sockets.add(other);
    other.on('error', () => socket.destroy());
    other.on('close', () => socket.destroy());
    socket.on('close', () => other.destroy());
  });
  onClose(server, sockets);
  return self;
}

/** Hosts in the certificate of the TLS ports. */
export const TLS_HOSTS = ['tavus.example', 'localhost'] as const;

const certificate = generate([{ name: 'commonName', value: 'test' }], {
  keyType: 'ec',
  extensions: [{ name: 'subjectAltName', altNames: TLS_HOSTS.map((value) => ({ type: 2 as const, value })) }],
});

/** A port that terminates TLS and forwards to another port of this machine. */
export async function tlsTo(port: number): Promise<number> {
  const { cert, private: key } = await certificate;
  // Other tests' processes and files do not use it.
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), cert]);
  const sockets = new Set<Socket>();
  const server = tls.createServer({ cert, key }, (socket) => {
    const other = connect(port, '127.0.0.1');
    for (const one of [socket, other]) {
      sockets.add(one);
      one.on('error', () => undefined);
    }
    socket.pipe(other);
    other.pipe(socket);
    other.on('close', () => socket.destroy());
  });
  onClose(server, sockets);
  return listen(server);
}
