import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { problem, ProblemsError } from '../contract/problem';
import { CACHE, ROOT, run } from './command';
import { pythonWith } from './python-with';

/**
 * Looks for what is insecure in a `.github` folder: actions that move, rights, injections. Without asking GitHub, so that
 * it says the same everywhere. Answers the exit code; any finding fails.
 */
export async function runZizmor(folder: string): Promise<number> {
  const scripts = path.dirname(await pythonWith('zizmor'));
  // A program and no script: unlike the others of its environment it may be used where that was moved to.
  const zizmor = path.join(scripts, process.platform === 'win32' ? 'zizmor.exe' : 'zizmor');
  return run(zizmor, ['--offline', '--pedantic', '--strict-collection', '--no-progress', folder]);
}

/** Go's checksum database holds what this version is. */
const MODULE = 'github.com/rhysd/actionlint/cmd/actionlint';
const VERSION = 'v1.7.12';

const isOnPath = (command: string, versionArgument: string): boolean =>
  spawnSync(command, [versionArgument], { stdio: 'ignore' }).status === 0;

/**
 * The command of actionlint: that of the PATH, else one that Go installs on first use, in ten seconds. Undefined where
 * there is neither.
 * @throws when Go can't install it
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
      why: 'The workflows would be checked by half.',
      fix: 'Check the connection to the Go module proxy, or install actionlint yourself.',
    }),
  ]);
}

/**
 * Looks for mistakes in the workflows of a `.github` folder: syntax, expressions, names; with shellcheck on the PATH also in
 * the commands. Answers the exit code, which is 0 where it can't be run; that is then said.
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
