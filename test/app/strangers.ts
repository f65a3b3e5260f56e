import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection that sends what it likes. */
export interface Stranger {
  readonly socket: Socket;
  write(text: string): void;
  /** Everything that came, once the head of an answer and its body's beginning are there. */
  answer(): Promise<string>;
  /** Everything that came until the other side closed the connection. */
  closed: Promise<string>;
}

const sockets = new Set<Socket>();

/** For `afterEach`. */
export function closeStrangers(): void {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
}

/** Connects; a connection that is dropped at once is one, too. */
export async function stranger(url: string): Promise<Stranger> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.add(socket);
  let text = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  const closed = once(socket, 'close').then(() => text);
  await once(socket, 'connect');
  return {
    socket,
    write: (words) => socket.write(words),
    closed,
    async answer() {
      while (!text.includes('\r\n\r\n') && !socket.destroyed) {
        await Promise.race([once(socket, 'data').catch(() => undefined), closed]);
      }
      return text;
    },
  };
}
