import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { problem, ProblemsError } from '../contract/problem';
import { CACHE, ROOT, run } from './command';
import { pythonWith } from './python-with';

/**
 * Checks the security of a `.github` folder: unpinned actions, permissions, injections. Offline, so that the result is the
 * same everywhere. Returns the exit code; every finding fails.
 */
export async function runZizmor(folder: string): Promise<number> {
  const scripts = path.dirname(await pythonWith('zizmor'));
  // A binary, not a script: it still works if the virtual environment was moved.
  const zizmor = path.join(scripts, process.platform === 'win32' ? 'zizmor.exe' : 'zizmor');
  return run(zizmor, ['--offline', '--pedantic', '--strict-collection', '--no-progress', folder]);
}

/** Go's checksum database pins the content of this version. */
const MODULE = 'github.com/rhysd/actionlint/cmd/actionlint';
const VERSION = 'v1.7.12';

const isOnPath = (command: string, versionArgument: string): boolean =>
  spawnSync(command, [versionArgument], { stdio: 'ignore' }).status === 0;

/**
 * The command of actionlint: from the PATH, or installed by Go on first use, in ten seconds. Undefined without both.
 * @throws ProblemsError if Go cannot install it
 */
export function actionlint(): string | undefined {
  if (isOnPath('actionlint', '-version')) return 'actionlint';
  if (!isOnPath('go', 'version')) return undefined;
  const folder = path.join(CACHE, `actionlint-${VERSION}`);
  const binary = path.join(folder, process.platform === 'win32' ? 'actionlint.exe' : 'actionlint');
  if (existsSync(binary)) return binary;
  console.error(`Installing actionlint ${VERSION} with Go (first use only)`);
  const code = run('go', ['install', `${MODULE}@${VERSION}`], { ...process.env, GOBIN: folder });
  if (code === 0) return binary;
  throw new ProblemsError([
    problem({
      name: 'actionlint',
      wrong: 'could not be installed',
      got: `exit code ${code} of \`go install ${MODULE}@${VERSION}\``,
      why: 'The workflows would not be checked completely.',
      fix: 'Check the connection to the Go module proxy, or install actionlint yourself.',
    }),
  ]);
}

/**
 * Checks the workflows of a `.github` folder: syntax, expressions, names; with shellcheck on the PATH also the commands.
 * Returns the exit code. Without actionlint it prints that it was skipped and returns 0.
 */
export function runActionlint(folder: string): number {
  const command = actionlint();
  if (command === undefined) {
    console.error('actionlint: skipped: it is not installed (nor is Go, which would install it)');
    return 0;
  }
  const workflows = path.join(folder, 'workflows');
  const files = readdirSync(workflows).map((file) => path.join(workflows, file));
  const code = run(command, files);
  console.error(`actionlint: ${files.length} workflows, ${code === 0 ? 'no finding' : 'findings above'}`);
  return code;
}

async function main(): Promise<void> {
  const folder = path.join(ROOT, '.github');
  const zizmor = await runZizmor(folder);
  process.exitCode = runActionlint(folder) || zizmor;
}

if (require.main === module) void main();
