import { holds, type Context } from './conditions';
import type { Statement } from './document';
import { matches } from './patterns';

/** A request as far as policies can ask about it. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** `conditional`: it depends on a condition that is not known here. */
export type Decision = 'allowed' | 'denied' | 'conditional';

/** Whether the statement speaks of this action; IAM reads actions without regard to case. */
export const coversAction = ({ actions, notActions }: Statement, action: string): boolean => {
  const isListed = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matches(pattern, action, { ignoreCase: true }));
  return notActions === undefined ? isListed(actions) : !isListed(notActions);
};

/** Whether the statement speaks of this resource. */
export const coversResource = ({ resources, notResources }: Statement, resource: string): boolean => {
  const isListed = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matches(pattern, resource));
  return notResources === undefined ? isListed(resources) : !isListed(notResources);
};

/** Whether the statement speaks of the request, whoever makes it; undefined when that depends on what is not known here. */
export function applies(statement: Statement, { action, resource, context }: Request): boolean | undefined {
  if (!coversAction(statement, action) || !coversResource(statement, resource)) return false;
  return allHold(statement, context);
}

/** Whether all conditions of a statement hold; undefined when that depends on what is not known here. */
export function allHold({ conditions }: Statement, context: Context): boolean | undefined {
  const results = new Set(conditions.map((condition) => holds(condition, context)));
  if (results.has(false)) return false;
  return results.has(undefined) ? undefined : true;
}

/**
 * What identity policies, or a permissions boundary, say to a request: a Deny beats every Allow.
 *
 * It knows nothing of organisation policies and resource policies; AWS's own simulation knows the former.
 */
export function decide(statements: readonly Statement[], request: Request): Decision {
  const found = (effect: Statement['effect']): readonly (boolean | undefined)[] =>
    statements.filter((statement) => statement.effect === effect).map((one) => applies(one, request));
  const allow = found('Allow');
  const deny = found('Deny');
  if (deny.includes(true)) return 'denied';
  if (allow.includes(true)) return deny.includes(undefined) ? 'conditional' : 'allowed';
  return allow.includes(undefined) ? 'conditional' : 'denied';
}
