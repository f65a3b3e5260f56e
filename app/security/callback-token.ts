import { createHmac } from 'node:crypto';
import type { CallLimits } from '../config';
import { isSameText } from './constant-time';

/** Tavus's own limit of a call where we set none (create-conversation reference, read 2026-11-22). */
const VENDOR_MAX_CALL_SEC = 3600;

/** How long after the longest call a callback may still come. None is documented; a recording's usually needs a minute. */
const GRACE_SEC = 24 * 3600;

/** No token lives longer than this; one that claims to was not made here. */
const LONGEST_LIFE_SEC = 4 * 24 * 3600;

const mac = (secret: string, startId: string, expiry: string): string =>
  createHmac('sha256', secret).update(`${startId}\n${expiry}`).digest('base64url');

/** Seconds for which a callback token is valid. */
export function callbackLifeSec({ maxCallDurationSec }: Pick<CallLimits, 'maxCallDurationSec'>): number {
  return (maxCallDurationSec ?? VENDOR_MAX_CALL_SEC) + GRACE_SEC;
}

/**
 * Token of a callback address: `<expiry>.<mac>`. Tavus signs nothing, so the address itself has to prove that we gave
 * it out. It needs no memory: any process with the secret can check it, also one that was started later.
 *
 * @param secret the current one
 * @param startId what the token is good for
 */
export function makeCallbackToken(secret: string, startId: string, nowMs: number, lifeSec: number): string {
  const expiry = (Math.floor(nowMs / 1000) + lifeSec).toString(36);
  return `${expiry}.${mac(secret, startId, expiry)}`;
}

/** Whether we gave out this token for this start, with one of the secrets, and it has not expired. */
export function isCallbackToken(
  secrets: readonly string[],
  startId: string,
  token: string,
  nowMs: number,
): boolean {
  const [expiry, given, ...rest] = token.split('.');
  if (expiry === undefined || given === undefined || rest.length > 0) return false;
  if (!/^[0-9a-z]{1,9}$/.test(expiry)) return false;
  // Both are compared always: which secret made it is nobody's business.
  const isOurs = secrets.map((secret) => isSameText(given, mac(secret, startId, expiry))).includes(true);
  const leftSec = Number.parseInt(expiry, 36) - Math.floor(nowMs / 1000);
  return isOurs && leftSec > 0 && leftSec <= LONGEST_LIFE_SEC;
}
