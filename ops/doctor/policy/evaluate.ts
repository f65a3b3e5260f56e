import { meetsCondition, type Context } from './conditions';
import type { Statement } from './document';
import { matches } from './patterns';
import { allOf, anyOf, not, type Tristate } from './tristate';

/** A request as far as policies can ask about it. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** `conditional`: it depends on a condition that is not known here. */
export type PolicyDecision = 'allowed' | 'denied' | 'conditional';

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

/** Whether the statement speaks of the request, whoever makes it. */
export const applies = (statement: Statement, { action, resource, context }: Request): Tristate =>
  coversAction(statement, action) && coversResource(statement, resource)
    ? meetsConditions(statement, context)
    : false;

/** Whether all conditions of a statement hold. */
export const meetsConditions = ({ conditions }: Statement, context: Context): Tristate =>
  allOf(conditions.map((condition) => meetsCondition(condition, context)));

/**
 * What identity policies, or a permissions boundary, say to a request: a Deny beats every Allow.
 *
 * It knows nothing of organisation policies and resource policies; AWS's own simulation knows the former.
 */
export function evaluatePolicies(statements: readonly Statement[], request: Request): PolicyDecision {
  const found = (effect: Statement['effect']): Tristate =>
    anyOf(statements.filter((statement) => statement.effect === effect).map((one) => applies(one, request)));
  const isAllowed = allOf([found('Allow'), not(found('Deny'))]);
  return isAllowed === undefined ? 'conditional' : isAllowed ? 'allowed' : 'denied';
}
