import { once } from 'node:events';
import { Writable } from 'node:stream';
import type { Output } from '../cli-context';

/** Waits for a slow reader: a whole ledger does not fit into memory. */
export async function write(output: Output, text: string): Promise<void> {
  if (output.write(text) === false && output instanceof Writable) await once(output, 'drain');
}
