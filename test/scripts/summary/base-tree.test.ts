import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkOutBase } from '../../../scripts/summary/base-tree';

// Starts git and npm, and a busy machine is slow at that.
jest.setTimeout(60_000);

let root: string;
let folder: string;

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: root,
    encoding: 'utf8',
  }).trim();

const write = (file: string, text: string): void => writeFileSync(path.join(root, file), text);

/** A project without packages, whose scripts must not run. */
function commit(version: string): string {
  const project = { name: 'base', version, scripts: { install: 'node -e "process.exit(1)"' } };
  write('package.json', JSON.stringify(project));
  write(
    'package-lock.json',
    JSON.stringify({
      name: 'base',
      version,
      lockfileVersion: 3,
      packages: { '': { name: 'base', version } },
    }),
  );
  git('add', '--all');
  git('commit', '--quiet', '--message', version);
  return git('rev-parse', 'HEAD');
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-base-'));
  folder = path.join(root, '.local', 'base');
  git('init', '--quiet', '--initial-branch', 'main');
  write('.gitignore', 'node_modules\n.local\n');
  mkdirSync(path.join(root, 'node_modules'));
  write('node_modules/marker', '');
});
afterEach(() => rmSync(root, { recursive: true }));

const worktrees = (): number => git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length ?? 0;

test('with the same lockfile the base shares the packages, which outlive it', () => {
  const commitId = commit('1.0.0');
  write('package.json', 'changed since');
  const tree = checkOutBase(root, 'main', folder);
  expect(tree).toMatchObject({ folder, commit: commitId });
  expect(readFileSync(path.join(folder, 'package.json'), 'utf8')).toContain('1.0.0');
  expect(existsSync(path.join(folder, 'node_modules', 'marker'))).toBe(true);
  tree.remove();
  expect([existsSync(folder), worktrees()]).toEqual([false, 1]);
  expect(existsSync(path.join(root, 'node_modules', 'marker'))).toBe(true);
});

test('with another lockfile the base gets its own packages, and no script runs', () => {
  commit('1.0.0');
  commit('2.0.0');
  const tree = checkOutBase(root, 'HEAD^1', folder);
  expect(
    lstatSync(path.join(folder, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false,
  ).toBe(false);
  tree.remove();
});

test('a base whose packages can not be had is put away again', () => {
  commit('1.0.0');
  write('package-lock.json', '{');
  git('commit', '--quiet', '--all', '--message', 'broken');
  commit('2.0.0');
  expect(() => checkOutBase(root, 'HEAD^1', folder)).toThrow(
    "npm ci: failed for the base, got exit code 1. Its lockfile is another, so it can't use the packages that are here. " +
      'Check the connection to the package registry.',
  );
  expect([existsSync(folder), worktrees()]).toEqual([false, 1]);
});

test('what a run that was killed left is replaced', () => {
  commit('1.0.0');
  checkOutBase(root, 'HEAD', folder);
  writeFileSync(path.join(folder, 'left'), '');
  const tree = checkOutBase(root, 'HEAD', folder);
  expect(existsSync(path.join(folder, 'left'))).toBe(false);
  tree.remove();
  expect(worktrees()).toBe(1);
});

test.each(['nowhere', '--all', ''])('a base called %j is refused, with what to do', (ref) => {
  commit('1.0.0');
  expect(() => checkOutBase(root, ref, folder)).toThrow(
    `--base: is no commit that is here, got ${JSON.stringify(ref)}. There is nothing to compare with. ` +
      'Name a branch, tag or commit; in a shallow clone fetch it first.',
  );
});
