import { execFileSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { untilGone } from '../aws/processes';
import { finished, runLocal, startLocal, untilPrinted } from './run-local';

// Windows has neither these signals nor `ps`.
const onPosix = process.platform === 'win32' ? describe.skip : describe;

/** Ids of a process and its descendants. */
function family(pid: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const children = rows.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
  return [pid, ...children.flatMap(family)];
}

const pidOf = (child: ChildProcessWithoutNullStreams): number => child.pid ?? 0;

// During a step in a child process, and when everything is running.
const MOMENTS = [
  ['while the CDK deploys', '✓ cdk bootstrap'],
  ['when everything is running', 'Up until Ctrl-C'],
] as const;

onPosix('kill -9', () => {
  test.each(MOMENTS)('of npm %s leaves no process behind', async (_, text) => {
    const npm = startLocal(['--keep'], true);
    await untilPrinted(npm, text);
    const processes = family(pidOf(npm));
    expect(processes.length).toBeGreaterThan(2);
    npm.kill('SIGKILL');
    await Promise.all(processes.map(untilGone));
  });

  test('of the run itself leaves no process behind, and the next run works', async () => {
    const run = startLocal(['--keep']);
    await untilPrinted(run, '✓ cdk bootstrap');
    const processes = family(pidOf(run));
    run.kill('SIGKILL');
    await Promise.all(processes.map(untilGone));
    expect(await runLocal()).toMatchObject({ code: 0, ok: true });
  });
});

onPosix('Ctrl-C', () => {
  test.each(MOMENTS)('%s stops everything that was started', async (_, text) => {
    const run = startLocal(['--keep']);
    const end = finished(run);
    await untilPrinted(run, text);
    const processes = family(pidOf(run));
    run.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted. Everything that was started is stopped.');
    await Promise.all(processes.map(untilGone));
  });
});
