import { problem } from './problem';

/**
 * The Nodes that run backend, command line and laptop cloud, as in package.json's `engines`: the HTTP client (undici) says
 * 22.19, and does not load on the first releases of the odd line 23, which has ended.
 */
export const NODE_RANGE = '^22.19.0 || >=24.0.0';

/** Undefined for a Node that runs everything; else what to say before anything that needs it is loaded. */
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
