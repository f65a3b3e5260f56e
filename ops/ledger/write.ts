import { once } from 'node:events';
import { Writable } from 'node:stream';
import type { Output } from '../cli-context';

/** Writes, and waits while whoever reads is slower: a whole ledger does not fit into memory. */
export async function write(output: Output, text: string): Promise<void> {
  if (output.write(text) === false && output instanceof Writable) await once(output, 'drain');
}
