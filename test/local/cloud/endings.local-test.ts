import { execFileSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { untilGone } from '../aws/processes';
import { finished, said, startLocal, verdictOf } from './run-local';

// Windows has neither these signals nor `ps`.
const onPosix = process.platform === 'win32' ? describe.skip : describe;

/** A process and all that it started, by what the system knows now. */
function family(pid: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const children = rows.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
  return [pid, ...children.flatMap(family)];
}

const pidOf = (child: ChildProcessWithoutNullStreams): number => child.pid ?? 0;

// In the middle of a step that a program of its own works on, and when all is up.
const MOMENTS = [
  ['while the CDK deploys', '✓ cdk bootstrap'],
  ['when all is up', 'Up until Ctrl-C'],
] as const;

onPosix('kill -9', () => {
  test.each(MOMENTS)('of npm %s leaves no process behind', async (_, words) => {
    const npm = startLocal(['--keep'], true);
    await said(npm, words);
    const processes = family(pidOf(npm));
    expect(processes.length).toBeGreaterThan(2);
    npm.kill('SIGKILL');
    await Promise.all(processes.map(untilGone));
  });

  test('of the run itself leaves no process behind, and the next run works', async () => {
    const run = startLocal(['--keep']);
    await said(run, '✓ cdk bootstrap');
    const processes = family(pidOf(run));
    run.kill('SIGKILL');
    await Promise.all(processes.map(untilGone));
    expect(await verdictOf()).toMatchObject({ code: 0, ok: true });
  });
});

onPosix('Ctrl-C', () => {
  test.each(MOMENTS)('%s stops everything that was started', async (_, words) => {
    const run = startLocal(['--keep']);
    const end = finished(run);
    await said(run, words);
    const processes = family(pidOf(run));
    run.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted. Everything that was started is stopped.');
    await Promise.all(processes.map(untilGone));
  });
});
