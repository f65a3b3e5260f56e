import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { OPERATOR_KEY_HEADER } from '../../contract/operator-key-header';
import type { Config } from '../config';
import { parseJson } from '../http/json';
import { HttpProblem } from '../http/problem';
import { bearerOf, notSignedIn, principalOf, signInMissing, unauthorized } from './access';
import { isSameText } from './constant-time';
import type { SignInWatch } from './sign-in';

/** App role of users who may watch recordings, as named in the app registration. */
export const OPERATOR_ROLE = 'Recordings.Read';

/** App role of `recordings prove`. */
const PROOF_ROLE = 'Recordings.Prove';

/**
 * Claims of the signed-in user, as base64 of JSON. Container Apps authentication sets it and removes incoming values
 * (learn.microsoft.com/azure/container-apps/authentication, read 2026-11-28).
 */
const CLAIMS_HEADER = 'x-ms-client-principal';

const claims = z.object({ claims: z.array(z.object({ typ: z.string(), val: z.string() })) });

/** Names of the app role claim: in Entra's tokens, and as the platform may rename it. */
const ROLE_CLAIMS: ReadonlySet<string> = new Set([
  'roles',
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
]);

/** An authenticated operator. */
export type AuthenticatedOperator =
  | { readonly by: 'sign-in'; readonly principal: string; readonly name: string | undefined }
  /** The key is shared, so its holders state their name. */
  | { readonly by: 'operator-key' };

/** Dependencies of the operator check. */
export interface OperatorContext {
  readonly config: Pick<Config, 'operatorKey'>;
  /** Undefined without EASY_AUTH. */
  readonly signIn: Pick<SignInWatch, 'isInFront'> | undefined;
}

/** Whether operators can authenticate at all. Otherwise the operator routes do not exist. */
export const hasOperators = ({ operatorKey, easyAuth }: Pick<Config, 'easyAuth' | 'operatorKey'>): boolean =>
  operatorKey !== undefined || easyAuth;

function hasRole(headers: IncomingHttpHeaders, role: string): boolean {
  const header = headers[CLAIMS_HEADER];
  if (typeof header !== 'string') return false;
  let json: unknown;
  try {
    json = parseJson(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    return false;
  }
  const found = claims.safeParse(json).data?.claims ?? [];
  return found.some(({ typ, val }) => ROLE_CLAIMS.has(typ) && val === role);
}

/** The operator, or the problem that refuses the caller. */
function authenticate(
  context: OperatorContext,
  headers: IncomingHttpHeaders,
): AuthenticatedOperator | HttpProblem {
  const { config, signIn } = context;
  if (config.operatorKey !== undefined && isSameText(bearerOf(headers), config.operatorKey)) {
    return { by: 'operator-key' };
  }
  const principal = principalOf(context, headers);
  if (principal !== undefined && hasRole(headers, OPERATOR_ROLE)) {
    const name = headers['x-ms-client-principal-name'];
    return { by: 'sign-in', principal, name: typeof name === 'string' ? name : undefined };
  }
  if (config.operatorKey !== undefined) return wrongKey();
  if (signIn?.isInFront === false) return signInMissing();
  return principal === undefined ? notSignedIn() : roleMissing();
}

/** @returns undefined when the caller is not an operator */
export function operatorOf(
  context: OperatorContext,
  headers: IncomingHttpHeaders,
): AuthenticatedOperator | undefined {
  const result = authenticate(context, headers);
  return result instanceof HttpProblem ? undefined : result;
}

/**
 * Checks that the caller is an operator.
 * @throws HttpProblem 401, 403, or 503 while the sign-in is not detected in front of us
 */
export function assertOperator(
  context: OperatorContext,
  headers: IncomingHttpHeaders,
): AuthenticatedOperator {
  const result = authenticate(context, headers);
  if (result instanceof HttpProblem) throw result;
  return result;
}

/**
 * Checks that the caller may mark a start as a proof, because statistics and alerts rely on the mark.
 * @throws HttpProblem 403
 */
export function assertMayProve(context: OperatorContext, headers: IncomingHttpHeaders): void {
  const { operatorKey } = context.config;
  const given = headers[OPERATOR_KEY_HEADER];
  // Also compares a missing header, so that timing does not reveal the difference.
  if (operatorKey !== undefined && isSameText(String(given), operatorKey)) return;
  if (principalOf(context, headers) !== undefined && hasRole(headers, PROOF_ROLE)) return;
  throw new HttpProblem({
    type: 'role-missing',
    status: 403,
    title: 'Not allowed to make a proof',
    detail: `Send the operator key as \`${OPERATOR_KEY_HEADER}\`, or sign in as an app with the role ${PROOF_ROLE}. Without \`proof\` it is an ordinary start.`,
  });
}

const wrongKey = (): HttpProblem =>
  unauthorized(
    'unauthorized',
    'Not allowed to see recordings',
    `Send the key as \`Authorization: Bearer <OPERATOR_KEY>\`, or sign in with the app role ${OPERATOR_ROLE} where sign-in is configured. The key is missing or wrong.`,
  );

const roleMissing = (): HttpProblem =>
  new HttpProblem({
    type: 'role-missing',
    status: 403,
    title: 'Not allowed to see recordings',
    detail: `Your account does not have the app role ${OPERATOR_ROLE}. Ask an administrator of the app registration to assign it: Entra ID, Enterprise applications, Users and groups. Then sign out and in again.`,
  });
