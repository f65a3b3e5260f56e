import { formatSecret, problem } from './problem';

/** The proxy by which https addresses elsewhere are reached, as an organisation prescribes it. */
export interface Proxy {
  /** `http:` or `https:`, with the credentials that it asks for. */
  readonly url: string;
  /** The same without credentials, as it may be shown. */
  readonly shown: string;
  /** Hosts that are reached without it, with commas; this machine is always among them. */
  readonly noProxy: string;
}

const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'];

/** Lower case first, as everywhere. */
const textOf = (env: NodeJS.ProcessEnv, name: 'HTTPS_PROXY' | 'NO_PROXY'): string | undefined =>
  [env[name.toLowerCase()], env[name]]
    .map((text) => text?.trim())
    .find((text) => text !== undefined && text !== '');

/** Undefined: it is none that could be asked. */
function proxyAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isWhole = url.pathname === '/' && url.search === '' && url.hash === '';
  return ['http:', 'https:'].includes(url.protocol) && isWhole && isDecodable(url.username + url.password)
    ? url
    : undefined;
}

/** A `%` of a password stands as `%25` in an address. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** What a process's environment says about proxies. */
export interface ProxyReading {
  /** Undefined: addresses are reached directly. */
  readonly proxy: Proxy | undefined;
  readonly problems: readonly string[];
}

/**
 * Reads HTTPS_PROXY and NO_PROXY. HTTP_PROXY is not read: nothing is asked by plain http but this machine.
 *
 * An address without a scheme is one of a plain proxy, as for curl. It may hold a password, so no error shows it.
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
          why: 'Tavus and AWS would not be reached through it.',
          fix:
            'Correct it, or unset it where no proxy is needed. In a password write @ as %40, # as %23 and % as %25; ' +
            'SOCKS is not supported.',
        }),
      ],
    };
  }
  const noProxy = [...THIS_MACHINE, textOf(env, 'NO_PROXY') ?? []].flat().join(',');
  return { proxy: { url: url.href, shown: url.origin, noProxy }, problems: [] };
}
