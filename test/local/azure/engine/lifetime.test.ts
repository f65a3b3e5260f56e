import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EngineState } from '../../../../local/azure/engine/engine';
import { isRunning } from '../../../../local/lifetime';
import { cloud } from './cloud';
import { endsSoon, killParent } from './kill-parent';
import { ROOT, runFixture } from './run';

/** Until the engine itself has learnt of the end of its runner; the next turn of the event loop is later than that. */
async function untilReaped(pid: number): Promise<void> {
  for (let left = 500; left > 0 && isRunning(pid); left -= 1) await pause(20);
}

test('an aborted run leaves no process, and in the state what was under way', async () => {
  const controller = new AbortController();
  const state = new EngineState();
  let pid = NaN;
  const provider = cloud({
    create: async (_urn, inputs) => {
      pid = Number(inputs.tags.pid);
      controller.abort(new Error('enough'));
      await untilReaped(pid);
      return { id: '/made', outs: inputs };
    },
  });
  const env = { FIXTURE_STAYS: 'true' };
  const run = runFixture('process', { provider, state, env, signal: controller.signal });
  await expect(run).rejects.toThrow(new Error('enough'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect([...state.values()]).toMatchObject([{ name: 'test-laptop' }, { name: 'group', id: '/made' }]);
}, 30_000);

test('a signal that was aborted before starts nothing', async () => {
  const run = runFixture('process', { provider: cloud(), signal: AbortSignal.abort(new Error('too late')) });
  await expect(run).rejects.toThrow(new Error('too late'));
});

test('a program that is not there is said to be missing, and starts nothing', async () => {
  const run = runFixture('process', { provider: cloud(), main: 'nowhere/index.ts' });
  const entry = path.join(ROOT, 'nowhere/index.ts');
  await expect(run).rejects.toThrow(
    new Error(
      `main: is not there, got ${entry}. There is no program to run. Look at \`main\` in Pulumi.yaml.`,
    ),
  );
});

test('the runner ends when the process that runs the engine is killed', async () => {
  const pid = await killParent('engine-parent.ts');
  expect(await endsSoon(pid)).toBe(true);
}, 30_000);
