import { callbackTokens } from '../../app/security/callback-token';

/** The token that a backend with this secret would give out. */
export function makeCallbackToken(secret: string, startId: string, nowMs: number, lifeSec: number): string {
  return callbackTokens([secret])?.make(startId, nowMs, lifeSec) ?? '';
}

/** Whether a backend with these secrets takes it for its own. */
export function isCallbackToken(
  secrets: readonly string[],
  startId: string,
  token: string,
  nowMs: number,
): boolean {
  return callbackTokens(secrets)?.isOurs(startId, token, nowMs) ?? false;
}
