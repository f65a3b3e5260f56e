import { problem } from './problem';

/**
 * Whether this Node runs backend, command line and laptop cloud, as package.json's `engines` says: the HTTP client (undici)
 * asks for 22.19, and does not load on the first releases of the odd line 23, which has ended.
 *
 * @returns what to say before anything that needs a newer one is loaded; undefined: this one will do
 */
export function nodeProblem(version = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= 24 || (major === 22 && minor >= 19)) return undefined;
  return problem({
    name: 'Node.js',
    wrong: 'is not a version that runs this',
    got: version,
    why: 'Its HTTP client does not load there, and no request to Tavus could be sent.',
    fix: 'Install Node 24, or 22.19 and newer of 22. In a checkout `npm ci` brings one, which npm and npx then use.',
  });
}
