import { isIP } from 'node:net';
import { ok, unknown, warn, type CheckOutcome } from './check-result';

const EXPECTED = 'an https address that Tavus can reach';

/** Whether an address or name is private to one network. */
function isInside(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 4) return /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(host);
  if (isIP(host) === 6) return /^(?:::1?$|f[cd]|fe[89ab])/i.test(host);
  return !host.includes('.') || /\.(?:local|localhost|internal|lan|home\.arpa)$/i.test(host);
}

/**
 * Checks the address for callbacks. Another check reports a malformed value.
 *
 * @param given whether a value is set
 * @param origin the value, if it is well formed
 */
export function judgeCallbacks(given: boolean, origin: string | undefined): CheckOutcome {
  if (origin === undefined) {
    return given
      ? unknown('PUBLIC_BASE_URL is malformed', EXPECTED)
      : warn(
          'no PUBLIC_BASE_URL, so Tavus sends no callbacks',
          EXPECTED,
          'Set PUBLIC_BASE_URL: without callbacks the backend does not learn that a recording landed.',
        );
  }
  const { protocol, hostname } = new URL(origin);
  return protocol !== 'https:' || isInside(hostname)
    ? warn(
        `${origin}, which only this network can reach`,
        EXPECTED,
        'Set PUBLIC_BASE_URL to a public address.',
      )
    : ok(origin, EXPECTED);
}
