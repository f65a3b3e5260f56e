import { formatSecret, problem } from './problem';

/** The proxy for https requests to other machines. */
export interface Proxy {
  /** `http:` or `https:`, with credentials if the proxy needs them. */
  readonly url: string;
  /** The same without credentials, for logs and reports. */
  readonly displayUrl: string;
  /** Hosts that bypass the proxy, separated by commas; always includes this machine. */
  readonly noProxy: string;
}

const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'];

/** The lower-case name wins, as in curl. */
const textOf = (env: NodeJS.ProcessEnv, name: 'HTTPS_PROXY' | 'NO_PROXY'): string | undefined =>
  [env[name.toLowerCase()], env[name]]
    .map((text) => text?.trim())
    .find((text) => text !== undefined && text !== '');

/** The proxy's URL; undefined if it is not usable. */
function proxyAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isWhole = url.pathname === '/' && url.search === '' && url.hash === '';
  return ['http:', 'https:'].includes(url.protocol) && isWhole && isDecodable(url.username + url.password)
    ? url
    : undefined;
}

/** A `%` in a password must be written as `%25`. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The proxy settings of a process's environment. */
export interface ProxyReading {
  /** Undefined: requests go out directly. */
  readonly proxy: Proxy | undefined;
  readonly problems: readonly string[];
}

/**
 * Reads HTTPS_PROXY and NO_PROXY. It ignores HTTP_PROXY: plain http is used on this machine only.
 *
 * An address without a scheme means an http proxy, as in curl. It may hold a password, so no error shows it.
 */
export function readProxy(env: NodeJS.ProcessEnv): ProxyReading {
  const text = textOf(env, 'HTTPS_PROXY');
  if (text === undefined) return { proxy: undefined, problems: [] };
  const url = proxyAddress(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === undefined) {
    return {
      proxy: undefined,
      problems: [
        problem({
          name: 'HTTPS_PROXY',
          wrong: 'is not the address of a proxy such as http://proxy.example.com:3128',
          got: formatSecret(text),
          why: 'Tavus and AWS cannot be reached through it.',
          fix:
            'Correct it, or unset it if no proxy is needed. In a password write @ as %40, # as %23 and % as %25; ' +
            'SOCKS is not supported.',
        }),
      ],
    };
  }
  const noProxy = [...THIS_MACHINE, textOf(env, 'NO_PROXY') ?? []].flat().join(',');
  return { proxy: { url: url.href, displayUrl: url.origin, noProxy }, problems: [] };
}
