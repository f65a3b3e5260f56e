import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { untilGone } from '../../aws/processes';

test('a revision ends when the process that runs it is killed', async () => {
  const args = ['--import', 'tsx', path.join(__dirname, 'supervisor-parent.ts')];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000 });
  const [pid]: unknown[] = await once(createInterface({ input: parent.stdout }), 'line');
  expect(Number(pid)).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await untilGone(Number(pid));
}, 30_000);
