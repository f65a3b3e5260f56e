import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { untilGone } from '../../aws/processes';

test('the program ends when its parent process is killed', async () => {
  const args = ['--import', 'tsx', path.join(__dirname, 'up-parent.ts')];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 });
  const [pid]: unknown[] = await once(createInterface({ input: parent.stdout }), 'line');
  expect(Number(pid)).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await untilGone(Number(pid));
}, 60_000);
