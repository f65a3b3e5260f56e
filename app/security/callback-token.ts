import { VENDOR_MAX_CALL_SEC } from '../../contract/vendor-facts';
import type { CallLimits } from '../tavus/config';
import { isSameText } from './constant-time';
import { macWith } from './mac';

/**
 * How long after the longest call a callback may arrive. Tavus documents no limit; a recording's usually takes a minute.
 */
const GRACE_SEC = 24 * 3600;

/** No token is valid longer; one that claims to be was not made here. */
const LONGEST_LIFE_SEC = 4 * 24 * 3600;

/** Seconds for which a callback token is valid. */
export function callbackLifeSec({ maxCallDurationSec }: Pick<CallLimits, 'maxCallDurationSec'>): number {
  return (maxCallDurationSec ?? VENDOR_MAX_CALL_SEC) + GRACE_SEC;
}

/**
 * Tokens of callback addresses: `<expiry>.<mac>`. Tavus does not sign callbacks, so the address itself proves that we
 * issued it. Stateless: every process with the secret can check it.
 */
export interface CallbackTokens {
  /** @param startId the start that the token is valid for */
  make(startId: string, nowMs: number, lifeSec: number): string;
  /** Whether we issued this token for this start with one of the secrets, and it has not expired. */
  isOurs(startId: string, token: string, nowMs: number): boolean;
}

/**
 * @param secrets current first
 * @returns undefined without a secret: then no address is issued or accepted
 */
export function callbackTokens(secrets: readonly string[]): CallbackTokens | undefined {
  const macs = secrets.map((secret) => macWith(secret));
  const [current] = macs;
  if (current === undefined) return undefined;
  return {
    make(startId, nowMs, lifeSec) {
      const expiry = (Math.floor(nowMs / 1000) + lifeSec).toString(36);
      return `${expiry}.${current(`${startId}\n${expiry}`)}`;
    },
    isOurs(startId, token, nowMs) {
      const [expiry, given, rest] = token.split('.', 3);
      if (expiry === undefined || given === undefined || rest !== undefined) return false;
      if (!/^[0-9a-z]{1,9}$/.test(expiry)) return false;
      // Compare against every secret, so that timing does not reveal which one matched.
      const isSigned = macs.map((mac) => isSameText(given, mac(`${startId}\n${expiry}`))).includes(true);
      const leftSec = Number.parseInt(expiry, 36) - Math.floor(nowMs / 1000);
      return isSigned && leftSec > 0 && leftSec <= LONGEST_LIFE_SEC;
    },
  };
}
