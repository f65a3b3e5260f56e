import { roleName } from '../role/facts';
import type { NormalisedStatement } from './document';
import type { Tristate } from './tristate';

/** A role, as resource policies refer to it. */
export interface RolePrincipal {
  readonly arn: string;
  readonly account: string;
  /** Unique id (`AROA...`), which policies contain after the role was recreated. Undefined when unknown. */
  readonly id: string | undefined;
}

/**
 * Whether a statement of a resource policy applies to the role's sessions; unknown when it names single sessions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html (read 2026-11-22)
 */
export function matchesPrincipal(
  { principals, notPrincipals }: NormalisedStatement,
  role: RolePrincipal,
): Tristate {
  const whole = new Set(['*', role.account, `arn:aws:iam::${role.account}:root`, role.arn, role.id]);
  const session = `arn:aws:sts::${role.account}:assumed-role/${roleName(role.arn)}/`;
  const isWhole = (names: readonly string[]): boolean => names.some((name) => whole.has(name));
  const isSession = (names: readonly string[]): boolean => names.some((name) => name.startsWith(session));
  if (notPrincipals === undefined) return isWhole(principals) || (isSession(principals) ? undefined : false);
  if (notPrincipals.includes('*')) return false;
  // NotPrincipal exempts a session only if it names role, account and session.
  return isWhole(notPrincipals) || isSession(notPrincipals) ? undefined : true;
}
