import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { problem, ProblemsError } from '../contract/problem';

export const ROOT = path.resolve(__dirname, '..');

/** Folder for what the checks write; git ignores it. */
export const CHECKS = path.join(ROOT, '.local', 'ci');

/** Folder for what is installed on first use. Safe to delete. */
export const CACHE = path.join(ROOT, '.local', 'cache');

/** Runs a program of this project in its root, with its output shown. Answers its exit code. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    env,
    stdio: 'inherit',
    // npm and the packages' own programs are batch files on Windows.
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

/** Runs a program, in the project's root unless told otherwise, and answers what it printed. */
export function read(command: string, args: readonly string[], cwd = ROOT): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  throw new ProblemsError([
    problem({
      name: `${command} ${args.join(' ')}`,
      wrong: 'failed',
      got: `exit code ${status}`,
      why: 'What comes next needs its answer.',
      fix: `It said:\n${stderr}`,
    }),
  ]);
}
