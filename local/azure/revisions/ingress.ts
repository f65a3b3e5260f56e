import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** The one address under which the active revision is reached. Plain TCP: what Azure does with TLS and headers isn't here. */
export interface Ingress {
  /** Sends new connections to other ports of this computer, in turn; those that are open stay where they are. */
  leadTo(ports: readonly number[]): void;
  close(): Promise<void>;
}

/** Listens on a port of 127.0.0.1. */
export async function openIngress(listenOn: number): Promise<Ingress> {
  let targets: readonly number[] = [];
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((outside) => {
    const target = targets[connections % targets.length];
    connections += 1;
    if (target === undefined) {
      outside.destroy();
      return;
    }
    const inside = connect(target, '127.0.0.1');
    open.add(outside);
    // Who cuts the line on one side cuts it on the other; there is nothing else to be done about it.
    pipeline(outside, inside, outside, () => open.delete(outside));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listenOn, '127.0.0.1', resolve);
  });
  return {
    leadTo(ports) {
      targets = ports;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
