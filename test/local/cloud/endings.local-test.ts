import { execFile, execFileSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { promisify } from 'node:util';
import { untilGone } from '../aws/processes';
import {
  failuresOf,
  finished,
  ROOT,
  runLocal,
  startLocal,
  untilPrinted,
  type FinishedRun,
} from './run-local';

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

onPosix('kill -9', () => {
  // During a step in a child process, and when everything is running.
  test.each([
    ['while the CDK deploys', '✓ cdk bootstrap'],
    ['when everything is running', 'Up until Ctrl-C'],
  ])('of npm %s leaves no process behind', async (_, text) => {
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
    // The shortest run that deploys and records.
    expect(failuresOf(await runLocal('--break', 'wrong-region'))).toContain('bucket-region');
  });
});

onPosix('Ctrl-C', () => {
  async function interrupt(run: ChildProcessWithoutNullStreams, end: Promise<FinishedRun>): Promise<void> {
    const processes = family(pidOf(run));
    run.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted. Everything that was started is stopped.');
    await Promise.all(processes.map(untilGone));
  }

  test('while the CDK deploys stops everything that was started', async () => {
    const run = startLocal(['--keep']);
    const end = finished(run);
    await untilPrinted(run, '✓ cdk bootstrap');
    await interrupt(run, end);
  });

  test('stops everything; until then both pages are up, with their keys and a command that lists the recordings', async () => {
    const run = startLocal(['--keep']);
    const end = finished(run);
    const screen = await untilPrinted(run, 'Up until Ctrl-C');
    for (const page of ['/qa', '/recordings']) {
      const [, url = ''] = new RegExp(`(http://\\S+${page}) .* key: [\\w-]{32}\\n`).exec(screen) ?? [];
      expect((await fetch(url)).status).toBe(200);
    }
    const [, command = ''] = /^ *(env .* npx recordings list)$/m.exec(screen) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} --json`], { cwd: ROOT });
    expect(stdout.trim().split('\n').length).toBeGreaterThan(2);
    await interrupt(run, end);
  });
});
