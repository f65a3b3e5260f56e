/** A parent for lifetime.local-test.ts to kill: starts an emulator, prints where it is, and stays. */
import { startEmulator } from '../../../local/aws/emulator';
import { CACHE, OWNER, REGION } from './support';

async function main(): Promise<void> {
  const [, , directory = ''] = process.argv;
  const { pid, endpoint } = await startEmulator({
    directory,
    cacheDirectory: CACHE,
    account: OWNER,
    region: REGION,
    report: () => undefined,
  });
  process.stdout.write(`${JSON.stringify({ pid, port: Number(new URL(endpoint).port) })}\n`);
  // The emulator's own pipes would let this process end.
  setInterval(() => undefined, 60_000);
}

void main();
