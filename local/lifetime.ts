import { execFileSync } from 'node:child_process';

const POLL_MS = 250;

/** A signal ended the run. `exitCode` follows the shell's convention. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/**
 * Returns a signal that aborts when this run should end: on Ctrl-C, SIGTERM, a closed terminal, or the end of the npm that
 * started it. After `kill -9` of npm this process gets no signal, and the laptop cloud would go on running.
 */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  const end = (message: string, exitCode: number): void =>
    controller.abort(new Interrupted(message, exitCode));
  process.once('SIGINT', () => end('Interrupted.', 130));
  process.once('SIGTERM', () => end('Terminated.', 143));
  process.once('SIGHUP', () => end('The terminal was closed.', 129));
  const npm = npmParent();
  if (npm !== undefined) {
    const watch = setInterval(() => {
      if (!isRunning(npm)) end('The npm that started this run has ended.', 143);
    }, POLL_MS);
    watch.unref();
  }
  return controller.signal;
}

/** Whether a process with this id exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Name of a shell. npm runs scripts in one; some shells replace themselves with the script. */
const SHELL = /(?:^|\/)-?(?:ba|da|z|k|a)?sh$/;

/**
 * Process id of the npm that started this process; undefined when it was not started by npm.
 * @param describe returns `<parent's pid> <command>` of a process, as `ps -o ppid=,comm=` does
 */
export function npmParent(
  env: NodeJS.ProcessEnv = process.env,
  parent: number = process.ppid,
  describe: (pid: number) => string = describeByPs,
): number | undefined {
  if (env['npm_lifecycle_event'] === undefined) return undefined;
  const [, grandparent, command = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(describe(parent)) ?? [];
  return SHELL.test(command) ? Number(grandparent) : parent;
}

function describeByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    // Windows has no `ps`. The end of the shell is then taken for the end of npm.
    return '';
  }
}
