import { execFileSync } from 'node:child_process';

const POLL_MS = 250;

/** The run was ended from outside; `exitCode` is what a shell expects for it. */
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
 * A signal that aborts when this run should end: Ctrl-C, a request to terminate, a closed terminal, or the death of
 * the npm that started it (`kill -9` of npm reaches nobody else, and would leave the laptop cloud running).
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
      if (!isRunning(npm)) end('The npm that started this run is gone.', 143);
    }, POLL_MS);
    watch.unref();
  }
  return controller.signal;
}

/** Whether there is a process of that id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The shell through which npm runs a script; some shells replace themselves by the script, then there is none. */
const SHELL = /(?:^|\/)-?(?:ba|da|z|k|a)?sh$/;

/**
 * Process id of the npm that started this process, or undefined when it was not npm or the system doesn't say.
 * @param describe answers `<parent's pid> <command>` for a process id, as `ps -o ppid=,comm=` does
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
    // No `ps` (Windows): then only the shell's own end can be noticed.
    return '';
  }
}
