import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { problem, ProblemsError } from '../contract/problem';

export const ROOT = path.resolve(__dirname, '..');

/** Folder for the output of the checks; git ignores it. */
export const CHECKS = path.join(ROOT, '.local', 'ci');

/** Folder for tools that are installed on first use. Safe to delete. */
export const CACHE = path.join(ROOT, '.local', 'cache');

/** Runs a program in the project's root, prints its output and returns its exit code. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    env,
    stdio: 'inherit',
    // On Windows npm and the programs of packages are batch files.
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

/** Runs a program and returns its output. @throws ProblemsError if it fails */
export function read(command: string, args: readonly string[], cwd = ROOT): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  throw new ProblemsError([
    problem({
      name: `${command} ${args.join(' ')}`,
      wrong: 'failed',
      got: `exit code ${status}`,
      why: 'The next step needs its output.',
      fix: `Correct the cause. Its error output:\n${stderr}`,
    }),
  ]);
}
