/** A parent for connect-provider.test.ts to kill: starts the fixture's provider, and prints its process id. */
import path from 'node:path';
import { connectProvider } from '../../../../local/azure/engine/connect-provider';
import { ROOT } from './run';

async function main(): Promise<void> {
  const provider = await connectProvider(path.join(ROOT, 'provider'), {});
  const made = await provider.create?.('urn:pulumi:laptop::test::azure-native:a:B::c', {});
  process.stdout.write(`${made?.outs.pid}\n`);
  setInterval(() => undefined, 60_000);
}

void main();
