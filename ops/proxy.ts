import type { Agent } from 'node:https';
import { readProxy, type Proxy } from '../contract/proxy';
import { problem } from '../contract/problem';
import { UsageError } from './usage-error';

/** What to do when nobody answers. */
export const BEHIND_A_PROXY =
  'Behind a proxy set HTTPS_PROXY to its address, and NO_PROXY to what is reached without it.';

/**
 * The proxy by which Tavus and AWS are reached; undefined: directly.
 * @throws UsageError when it cannot be used
 */
export function proxyOf(env: NodeJS.ProcessEnv): Proxy | undefined {
  const { proxy, problems } = readProxy(env);
  if (problems.length > 0) throw new UsageError(problems);
  return proxy;
}

/**
 * What makes Node's own agent go through the proxy.
 * @throws UsageError on a Node that would pass it by without a word
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
      wrong: 'cannot ask AWS through a proxy, and HTTPS_PROXY is set',
      got: version,
      why: 'It would go past the proxy without a word.',
      fix: 'Install Node 24.5 or newer, or 22.21 and newer of 22. In a checkout `npm ci` brings one, which npx then uses.',
    }),
  ]);
}
