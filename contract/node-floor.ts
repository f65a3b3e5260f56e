import { problem } from './problem';

/**
 * Checks the version of Node against package.json's `engines`. The HTTP client (undici) needs 22.19 and does not load on the
 * first releases of 23, which is no longer maintained.
 *
 * @returns the problem, to be shown before undici is loaded; undefined if this version is supported
 */
export function nodeProblem(version = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= 24 || (major === 22 && minor >= 19)) return undefined;
  return problem({
    name: 'Node.js',
    wrong: 'is not a supported version',
    got: version,
    why: 'The HTTP client does not load on it, so no request to Tavus can be sent.',
    fix: 'Install Node 24, or 22.19 or newer of 22. In a checkout `npm ci` installs one, which npm and npx then use.',
  });
}
