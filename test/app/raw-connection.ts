import { connect, type Socket } from 'node:net';

/** A raw connection that can send any bytes. */
export interface RawConnection {
  readonly socket: Socket;
  write(text: string): void;
  /** The received text once a response's head has arrived, or the connection is closed. */
  answer(): Promise<string>;
  /** All received text until the connection was closed. */
  readonly closed: Promise<string>;
}

const sockets = new Set<Socket>();

/** For `afterEach`. */
export function closeRawConnections(): void {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
}

/** Connects. A connection that is dropped at once counts, too. */
export async function openRawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.add(socket);
  let text = '';
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(text));
  });
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (text.includes('\r\n\r\n')) resolve();
    });
  });
  // The test is about dropped connections.
  socket.on('error', () => undefined);
  const connected = new Promise<void>((resolve) => {
    socket.once('connect', () => resolve());
  });
  await Promise.race([connected, closed]);
  return {
    socket,
    write: (words) => socket.write(words),
    closed,
    answer: () => Promise.race([answered, closed]).then(() => text),
  };
}
