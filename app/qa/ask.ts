import { isSignInRefusal } from './answers';

const ANSWER_MS = 10_000;

export const JSON_TYPE = { 'content-type': 'application/json' };

export const bearer = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };

/** An answer of the backend, or of a sign-in in front of it. */
export interface BackendAnswer {
  readonly kind: 'ok' | 'sign-in' | 'unauthorized' | 'refused';
  readonly status: number;
  /** JSON, or text where the answer is none. */
  readonly body: unknown;
}

/**
 * Asks the backend of this page, on its own origin.
 * @throws when no answer came, or one that is cut short
 */
export async function askBackend(
  path: string,
  request: RequestInit,
  timeoutMs = ANSWER_MS,
): Promise<BackendAnswer> {
  // A sign-in redirects to another origin, which a page may not read: followed, it would look like no answer.
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
