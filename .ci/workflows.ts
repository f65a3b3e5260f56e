import { readdirSync } from 'node:fs';
import path from 'node:path';
import { actionlint } from './actionlint';
import { ROOT, run } from './command';
import { pythonWith } from './python-with';

const GITHUB = path.join(ROOT, '.github');

/** For security: pinned actions, rights, injections. Without asking GitHub, so that it says the same everywhere. */
async function runZizmor(): Promise<number> {
  const scripts = path.dirname(await pythonWith('zizmor'));
  // A program and no script: unlike the others of its environment it may be used where that was moved to.
  const zizmor = path.join(scripts, process.platform === 'win32' ? 'zizmor.exe' : 'zizmor');
  return run(zizmor, ['--offline', '--pedantic', '--strict-collection', '--no-progress', GITHUB]);
}

/** For mistakes: syntax, expressions, names; with shellcheck on the PATH also the scripts. */
function runActionlint(): number {
  const command = actionlint();
  if (command === undefined) {
    console.error('actionlint: skipped: it is not installed (nor is Go, which would install it)');
    return 0;
  }
  const folder = path.join(GITHUB, 'workflows');
  const files = readdirSync(folder).map((file) => path.join(folder, file));
  const code = run(command, files);
  console.error(`actionlint: ${files.length} workflows, ${code === 0 ? 'no finding' : 'findings above'}`);
  return code;
}

/** Lints what is in .github with both; each finding fails. */
async function main(): Promise<void> {
  const zizmor = await runZizmor();
  process.exitCode = runActionlint() || zizmor;
}

void main();
