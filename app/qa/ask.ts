import { isSignInRefusal } from './answers';

const ANSWER_MS = 10_000;

export const JSON_TYPE = { 'content-type': 'application/json' };

export const bearer = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };

/** An answer of the backend, or of a sign-in in front of it. */
export interface BackendAnswer {
  readonly kind: 'ok' | 'sign-in' | 'unauthorized' | 'refused';
  readonly status: number;
  /** JSON or text. */
  readonly body: unknown;
}

/**
 * Sends a request to the backend, on the origin of this page.
 * @throws when no complete answer came
 */
export async function askBackend(
  path: string,
  request: RequestInit,
  timeoutMs = ANSWER_MS,
): Promise<BackendAnswer> {
  // A sign-in redirects to another origin. Following it would fail like a network error.
  const response = await fetch(path, {
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    ...request,
  });
  const { status, headers } = response;
  if (response.type === 'opaqueredirect') return { kind: 'sign-in', status, body: undefined };
  if (response.ok) {
    const isText = headers.get('content-type')?.startsWith('text/') === true;
    return { kind: 'ok', status, body: await (isText ? response.text() : response.json()) };
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (status !== 401) return { kind: 'refused', status, body };
  return { kind: isSignInRefusal(body) ? 'sign-in' : 'unauthorized', status, body };
}
