import type { IncomingHttpHeaders } from 'node:http';
import { HttpProblem } from '../http/problem';
import type { Config } from '../config';
import { isSameText } from './constant-time';
import { MISSING_EVERY_SEC, type SignInWatch } from './sign-in';

/** Set by Container Apps authentication, which removes it from incoming requests (security notes of Azure, 2026-11). */
const PRINCIPAL_HEADER = 'x-ms-client-principal-id';

/** Dependencies of the access check. */
export interface AccessContext {
  readonly config: Pick<Config, 'startApiKey'>;
  /** Undefined without EASY_AUTH. */
  readonly signIn: Pick<SignInWatch, 'isInFront'> | undefined;
}

/** The signed-in caller's id. Undefined without EASY_AUTH, and while the sign-in is not detected in front of us. */
export function principalOf(
  { signIn }: Pick<AccessContext, 'signIn'>,
  headers: IncomingHttpHeaders,
): string | undefined {
  const principal = signIn?.isInFront === true ? headers[PRINCIPAL_HEADER] : undefined;
  return typeof principal === 'string' && principal !== '' ? principal : undefined;
}

/** The bearer token; empty when there is none. */
export function bearerOf({ authorization = '' }: IncomingHttpHeaders): string {
  // Only one part of the pattern matches spaces; two would backtrack over long runs of them.
  const [, given = ''] = /^Bearer +(\S.*)$/i.exec(authorization) ?? [];
  return given;
}

type RefusalReason = 'sign-in-missing' | 'not-signed-in' | 'wrong-key';

function refusalOf(context: AccessContext, headers: IncomingHttpHeaders): RefusalReason | undefined {
  const { signIn, config } = context;
  if (signIn !== undefined) {
    if (!signIn.isInFront) return 'sign-in-missing';
    if (principalOf(context, headers) === undefined) return 'not-signed-in';
  }
  if (config.startApiKey === undefined) return undefined;
  // Also compares a missing key, so that timing does not reveal the difference.
  return isSameText(bearerOf(headers), config.startApiKey) ? undefined : 'wrong-key';
}

/** Whether the caller passes every configured guard. Without a guard every caller may start. */
export const mayStart = (context: AccessContext, headers: IncomingHttpHeaders): boolean =>
  refusalOf(context, headers) === undefined;

/**
 * Checks that the caller may start conversations.
 * @throws HttpProblem 401, or 503 while the sign-in is not detected in front of us
 */
export function assertMayStart(context: AccessContext, headers: IncomingHttpHeaders): void {
  const refusal = refusalOf(context, headers);
  if (refusal !== undefined) throw REFUSALS[refusal]();
}

export const unauthorized = (
  type: 'unauthorized' | 'not-signed-in',
  title: string,
  detail: string,
): HttpProblem =>
  new HttpProblem({ type, status: 401, title, detail, headers: { 'www-authenticate': 'Bearer' } });

/** EASY_AUTH is set, and the sign-in is not detected. */
export const signInMissing = (): HttpProblem =>
  new HttpProblem({
    type: 'sign-in-missing',
    status: 503,
    title: 'Sign-in missing',
    detail:
      'EASY_AUTH is true, but no sign-in is detected in front of this backend, so it trusts no signed-in user. ' +
      'Nothing was started. The log has the reason.',
    headers: { 'retry-after': String(MISSING_EVERY_SEC) },
  });

export const notSignedIn = (): HttpProblem =>
  unauthorized(
    'not-signed-in',
    'Not signed in',
    'Sign in first: this backend is behind Container Apps authentication.',
  );

const REFUSALS: Readonly<Record<RefusalReason, () => HttpProblem>> = {
  'sign-in-missing': signInMissing,
  'not-signed-in': notSignedIn,
  'wrong-key': () =>
    unauthorized(
      'unauthorized',
      'Not allowed to start conversations',
      'Send the key as `Authorization: Bearer <START_API_KEY>`. The key is missing or wrong.',
    ),
};
