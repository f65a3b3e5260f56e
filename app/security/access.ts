import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../http/problem';
import type { Config } from '../config';
import { isSameText } from './constant-time';
import { MISSING_EVERY_SEC, type SignInWatch } from './sign-in';

/** Set by Container Apps authentication, which removes it from what comes from outside (security notes of Azure, 2026-11). */
const PRINCIPAL_HEADER = 'x-ms-client-principal-id';

/** What decides who may start. */
export interface AccessContext {
  readonly config: Pick<Config, 'startApiKey'>;
  /** Undefined: nobody signs in. */
  readonly signIn: Pick<SignInWatch, 'isInFront'> | undefined;
}

/** Who Container Apps authentication says is calling; undefined without it, and while it is not seen in front of us. */
export function principalOf(
  { signIn }: Pick<AccessContext, 'signIn'>,
  headers: IncomingHttpHeaders,
): string | undefined {
  const principal = signIn?.isInFront === true ? headers[PRINCIPAL_HEADER] : undefined;
  return typeof principal === 'string' && principal !== '' ? principal : undefined;
}

/** What stands behind `Bearer`; empty for nothing. */
export function bearerOf({ authorization = '' }: IncomingHttpHeaders): string {
  // Spaces belong to one part of the pattern alone, or many of them would be tried in all ways.
  const [, given = ''] = /^Bearer +(\S.*)$/i.exec(authorization) ?? [];
  return given;
}

type Refusal = 'sign-in-missing' | 'not-signed-in' | 'wrong-key';

function refusalOf(context: AccessContext, headers: IncomingHttpHeaders): Refusal | undefined {
  const { signIn, config } = context;
  if (signIn !== undefined) {
    if (!signIn.isInFront) return 'sign-in-missing';
    if (principalOf(context, headers) === undefined) return 'not-signed-in';
  }
  if (config.startApiKey === undefined) return undefined;
  // Compared also when there is none, so that both take the same time.
  return isSameText(bearerOf(headers), config.startApiKey) ? undefined : 'wrong-key';
}

/** Whether each guard that is configured is passed; with none, all may. */
export const mayStart = (context: AccessContext, headers: IncomingHttpHeaders): boolean =>
  refusalOf(context, headers) === undefined;

/**
 * Lets a caller start conversations, or throws.
 * @throws Problem 401, or 503 while the sign-in is not seen in front of us
 */
export function assertMayStart(context: AccessContext, headers: IncomingHttpHeaders): void {
  const refusal = refusalOf(context, headers);
  if (refusal !== undefined) throw REFUSALS[refusal]();
}

export const unauthorized = (
  type: 'unauthorized' | 'not-signed-in',
  title: string,
  detail: string,
): Problem => new Problem({ type, status: 401, title, detail, headers: { 'www-authenticate': 'Bearer' } });

/** Where people sign in, and the sign-in is not there. */
export const signInMissing = (): Problem =>
  new Problem({
    type: 'sign-in-missing',
    status: 503,
    title: 'Sign-in missing',
    detail:
      'EASY_AUTH is true, and the sign-in is not seen in front of this backend, so nobody is believed to have signed in. ' +
      'Nothing was started. The log says why.',
    headers: { 'retry-after': String(MISSING_EVERY_SEC) },
  });

export const notSignedIn = (): Problem =>
  unauthorized(
    'not-signed-in',
    'Not signed in',
    'Sign in first: this backend is behind Container Apps authentication.',
  );

const REFUSALS: Readonly<Record<Refusal, () => Problem>> = {
  'sign-in-missing': signInMissing,
  'not-signed-in': notSignedIn,
  'wrong-key': () =>
    unauthorized(
      'unauthorized',
      'Not allowed to start conversations',
      'Send the key as `Authorization: Bearer <START_API_KEY>`. The one that came, if any, is wrong.',
    ),
};
