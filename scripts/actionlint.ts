import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CACHE, run } from './command';

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
  throw new Error(
    `actionlint: could not be installed, got exit code ${code} of \`go install ${MODULE}@${VERSION}\`. ` +
      'The workflows would be checked by half. Check the connection to the Go module proxy, or install actionlint yourself.',
  );
}
