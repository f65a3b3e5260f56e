/** A process for lifetime.local-test.ts to kill: starts an `up` that never ends, and prints its child's process id. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Cloud } from '../../../../local/azure/cloud/cloud';
import { serveCloud } from '../../../../local/azure/control/server';
import { MocksStack } from '../../../../local/azure/stack/mocks-stack';
import { BACKEND_PROJECT } from '../../../../local/azure/stack/projects';

const never = (): Promise<never> => new Promise(() => undefined);

function clientConfig(): Promise<never> {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const child = rows.find((row) => row.includes('mocks-child') && row.includes(` ${process.pid} `));
  process.stdout.write(`${child?.trim().split(' ')[0]}\n`);
  return never();
}

void (async () => {
  const cloud: Cloud = { put: never, get: never, remove: never, clientConfig };
  const { url: controlUrl, token } = await serveCloud(cloud);
  const root = path.resolve(__dirname, '../../../..');
  const { signal } = new AbortController();
  const stack = new MocksStack({
    root,
    directory: root,
    controlUrl,
    token,
    signal,
    project: BACKEND_PROJECT,
  });
  await stack.up({ plain: { tavusApiBaseUrl: 'http://localhost:4000/v2' }, secret: {} });
})();
