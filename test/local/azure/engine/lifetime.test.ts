import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { EngineState } from '../../../../local/azure/engine/engine';
import { untilGone } from '../../aws/processes';
import { cloud } from './cloud';
import { runFixture } from './run';

test('an aborted run leaves no process, and in the state what was under way', async () => {
  const controller = new AbortController();
  const state = new EngineState();
  let pid = NaN;
  const provider = cloud({
    create: async (_urn, inputs) => {
      pid = Number(inputs.tags.pid);
      controller.abort(new Error('enough'));
      return { id: '/made', outs: inputs };
    },
  });
  const run = runFixture('process', { provider, state, signal: controller.signal });
  await expect(run).rejects.toThrow(new Error('enough'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect([...state.values()]).toMatchObject([{ name: 'test-laptop' }, { name: 'group', id: '/made' }]);
}, 30_000);

test('a signal that was aborted before starts nothing', async () => {
  const run = runFixture('process', { provider: cloud(), signal: AbortSignal.abort(new Error('too late')) });
  await expect(run).rejects.toThrow(new Error('too late'));
});

test('the runner ends when the process that runs the engine is killed', async () => {
  const args = ['--import', 'tsx', path.join(__dirname, 'engine-parent.ts')];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000 });
  const [pid]: unknown[] = await once(createInterface({ input: parent.stdout }), 'line');
  expect(Number(pid)).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await untilGone(Number(pid));
}, 30_000);
