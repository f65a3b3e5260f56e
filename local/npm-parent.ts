import { execFileSync } from 'node:child_process';

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
