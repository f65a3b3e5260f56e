import type { Agent } from 'node:https';
import { readProxy, type Proxy } from '../contract/proxy';
import { problem } from '../contract/problem';
import { UsageError } from './usage-error';

/** Fix for an unreachable host. */
export const BEHIND_A_PROXY =
  'Behind a proxy, set HTTPS_PROXY to its address and NO_PROXY to the hosts that are reached directly.';

/**
 * Proxy for requests to Tavus and AWS; undefined means a direct connection.
 * @throws UsageError when HTTPS_PROXY is malformed
 */
export function proxyOf(env: NodeJS.ProcessEnv): Proxy | undefined {
  const { proxy, problems } = readProxy(env);
  if (problems.length > 0) throw new UsageError(problems);
  return proxy;
}

/**
 * Agent options that send Node's requests through the proxy.
 * @throws UsageError on a Node version that ignores these options
 */
export function throughProxy(
  env: NodeJS.ProcessEnv,
  version = process.versions.node,
): ConstructorParameters<typeof Agent>[0] {
  const proxy = proxyOf(env);
  if (proxy === undefined) return {};
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21)) {
    return { proxyEnv: { HTTPS_PROXY: proxy.url, NO_PROXY: proxy.noProxy } };
  }
  throw new UsageError([
    problem({
      name: 'Node.js',
      wrong: 'cannot reach AWS through a proxy, and HTTPS_PROXY is set',
      got: version,
      why: 'This version bypasses the proxy silently.',
      fix: 'Install Node 24.5 or later, or 22.21 or later in the 22 line. In a checkout, `npm ci` installs one that npx uses.',
    }),
  ]);
}
