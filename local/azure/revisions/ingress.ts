import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** The address of the active revision. Plain TCP: it does not imitate Azure's TLS and headers. */
export interface Ingress {
  /** Routes new connections to these ports in turn; open connections stay. */
  routeTo(ports: readonly number[]): void;
  close(): Promise<void>;
}

/** Listens on a port of 127.0.0.1. */
export async function openIngress(port: number): Promise<Ingress> {
  let targets: readonly number[] = [];
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const target = targets[connections % targets.length];
    connections += 1;
    if (target === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    open.add(client);
    // When one side closes, the other is closed too; an error needs no further handling.
    pipeline(client, upstream, client, () => open.delete(client));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    routeTo(ports) {
      targets = ports;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
