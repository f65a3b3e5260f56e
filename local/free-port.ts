import { createServer } from 'node:net';
import { listen } from './listen';

/** A free port of 127.0.0.1, for an address that must be known before the server starts. */
export async function freePort(): Promise<number> {
  const { port, close } = await listen(createServer());
  await close();
  return port;
}
