import { callbackTokens } from '../../app/security/callback-token';
import { pageTokens, type PageTokens } from '../../app/security/page-token';
import { TestClock } from './helpers';

/** The token that a backend with this secret would issue. */
export function makeCallbackToken(secret: string, startId: string, nowMs: number, lifeSec: number): string {
  return callbackTokens([secret])?.make(startId, nowMs, lifeSec) ?? '';
}

/** The page tokens of a backend with these secrets, where calls last a minute. */
export const testPageTokens = (secrets: readonly string[], clock = new TestClock()): PageTokens =>
  pageTokens(secrets, { clock, lifeSec: 60 });

/** Whether a backend with these secrets accepts it. */
export function isCallbackToken(
  secrets: readonly string[],
  startId: string,
  token: string,
  nowMs: number,
): boolean {
  return callbackTokens(secrets)?.isOurs(startId, token, nowMs) ?? false;
}
