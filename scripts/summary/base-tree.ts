import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { tail } from '../../local/aws/child-process';
import { read } from '../command';

/** Another state of the project, ready to be run. */
export interface BaseTree {
  readonly folder: string;
  readonly commit: string;
  remove(): void;
}

/**
 * Checks out a commit beside the working tree. It shares the packages that are installed; where its lockfile is another it
 * gets its own, without their scripts.
 * @param root of the repository's working tree
 * @param ref whatever git takes for a commit
 * @param folder where it is put; what is there is removed
 * @throws when there is no such commit, or its packages can't be had
 */
export function checkOutBase(root: string, ref: string, folder: string): BaseTree {
  const commit = commitOf(root, ref);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    read('git', ['worktree', 'prune'], root);
  };
  // One that was killed may have left it.
  remove();
  read('git', ['worktree', 'add', '--detach', '--quiet', folder, commit], root);
  try {
    installPackages(root, folder);
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, commit, remove };
}

function commitOf(root: string, ref: string): string {
  try {
    return read('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], root).trim();
  } catch (cause) {
    throw new Error(
      `--base: is no commit that is here, got ${JSON.stringify(ref)}. There is nothing to compare with. ` +
        'Name a branch, tag or commit; in a shallow clone fetch it first.',
      { cause },
    );
  }
}

function installPackages(root: string, folder: string): void {
  const lockfile = (tree: string): string => readFileSync(path.join(tree, 'package-lock.json'), 'utf8');
  if (lockfile(root) === lockfile(folder)) {
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    return;
  }
  const { status, stdout, stderr, error } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    // npm is a batch file on Windows.
    { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (error !== undefined) throw error;
  if (status === 0) return;
  throw new Error(
    `npm ci: failed for the base, got exit code ${status}. Its lockfile is another, so it can't use the packages that are here. ` +
      `Check the connection to the package registry.\n${tail(stdout + stderr)}`,
  );
}
