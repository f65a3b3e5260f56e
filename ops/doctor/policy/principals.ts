import { roleName } from '../role/facts';
import type { Statement } from './document';
import type { Tristate } from './tristate';

/** A role as resource policies may name it. */
export interface RolePrincipal {
  readonly arn: string;
  readonly account: string;
  /** As a policy holds it once the role was made anew: `AROA...`. Undefined when it is not known. */
  readonly id: string | undefined;
}

/**
 * Whether a statement of a resource policy speaks of the role's sessions; perhaps, when that depends on a session's name.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html (read 2026-11-22)
 */
export function matchesPrincipal({ principals, notPrincipals }: Statement, role: RolePrincipal): Tristate {
  const whole = new Set(['*', role.account, `arn:aws:iam::${role.account}:root`, role.arn, role.id]);
  const session = `arn:aws:sts::${role.account}:assumed-role/${roleName(role.arn)}/`;
  const isWhole = (names: readonly string[]): boolean => names.some((name) => whole.has(name));
  const isSession = (names: readonly string[]): boolean => names.some((name) => name.startsWith(session));
  if (notPrincipals === undefined) return isWhole(principals) || (isSession(principals) ? undefined : false);
  if (notPrincipals.includes('*')) return false;
  // To spare a role's sessions AWS wants role, account and session named.
  return isWhole(notPrincipals) || isSession(notPrincipals) ? undefined : true;
}
