import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { OPERATOR_KEY_HEADER } from '../../contract/operator-key-header';
import type { Config } from '../config';
import { parseJson } from '../http/json';
import { Problem } from '../http/problem';
import { bearerOf, notSignedIn, principalOf, signInMissing, unauthorized } from './access';
import { isSameText } from './constant-time';
import type { SignInWatch } from './sign-in';

/** App role of those who may watch recordings, as it stands in the app registration. */
export const OPERATOR_ROLE = 'Recordings.Read';

/** App role of the program that proves that recordings land. */
const PROOF_ROLE = 'Recordings.Prove';

/**
 * Claims of who signed in, as base64 of JSON. Container Apps authentication sets it, and removes what came from outside
 * (learn.microsoft.com/azure/container-apps/authentication, read 2026-11-28).
 */
const CLAIMS_HEADER = 'x-ms-client-principal';

const claims = z.object({ claims: z.array(z.object({ typ: z.string(), val: z.string() })) });

/** Names of the claim with an app role: as Entra's tokens have it, and as the platform may rename it. */
const ROLE_CLAIMS: ReadonlySet<string> = new Set([
  'roles',
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
]);

/** Who looks at recordings. */
export type Operator =
  | { readonly by: 'sign-in'; readonly principal: string; readonly name: string | undefined }
  /** The key is shared: who holds it says their name. */
  | { readonly by: 'operator-key' };

/** What decides who may look at recordings. */
export interface OperatorContext {
  readonly config: Pick<Config, 'operatorKey'>;
  /** Undefined: nobody signs in. */
  readonly signIn: Pick<SignInWatch, 'isInFront'> | undefined;
}

/** Whether anybody can be an operator. Otherwise nothing for operators exists. */
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

/** Who is calling, or why that is no operator. */
function judge(context: OperatorContext, headers: IncomingHttpHeaders): Operator | Problem {
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

/** Undefined: not an operator. */
export function operatorOf(context: OperatorContext, headers: IncomingHttpHeaders): Operator | undefined {
  const judged = judge(context, headers);
  return judged instanceof Problem ? undefined : judged;
}

/**
 * Lets operators in.
 * @throws Problem 401, 403, or 503 while the sign-in is not seen in front of us
 */
export function assertOperator(context: OperatorContext, headers: IncomingHttpHeaders): Operator {
  const judged = judge(context, headers);
  if (judged instanceof Problem) throw judged;
  return judged;
}

/**
 * Lets a start be marked as a proof, which figures and reminders go by.
 * @throws Problem 403
 */
export function assertMayProve(context: OperatorContext, headers: IncomingHttpHeaders): void {
  const { operatorKey } = context.config;
  const given = headers[OPERATOR_KEY_HEADER];
  // Compared also when there is none, so that both take the same time.
  if (operatorKey !== undefined && isSameText(String(given), operatorKey)) return;
  if (principalOf(context, headers) !== undefined && hasRole(headers, PROOF_ROLE)) return;
  throw new Problem({
    type: 'role-missing',
    status: 403,
    title: 'Not allowed to make a proof',
    detail: `Send the operator key as \`${OPERATOR_KEY_HEADER}\`, or sign in as an app with the role ${PROOF_ROLE}. Without \`proof\` the start is an ordinary one.`,
  });
}

const wrongKey = (): Problem =>
  unauthorized(
    'unauthorized',
    'Not allowed to see recordings',
    `Send the key as \`Authorization: Bearer <OPERATOR_KEY>\`, or sign in with the app role ${OPERATOR_ROLE} where people sign in. The key that came, if any, is wrong.`,
  );

const roleMissing = (): Problem =>
  new Problem({
    type: 'role-missing',
    status: 403,
    title: 'Not allowed to see recordings',
    detail: `Your account has not the app role ${OPERATOR_ROLE}. Somebody who administers the app registration assigns it: Entra ID, Enterprise applications, Users and groups. Sign out and in again afterwards.`,
  });
