import { meetsCondition, type RequestContext } from './conditions';
import type { NormalisedStatement } from './document';
import { matches } from './patterns';
import { allOf, anyOf, not, type Tristate } from './tristate';

/** A request, as policies see it. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** `conditional`: it depends on a condition whose value is unknown. */
export type PolicyDecision = 'allowed' | 'denied' | 'conditional';

/** Whether the statement matches the action. IAM ignores case in actions. */
export const coversAction = ({ actions, notActions }: NormalisedStatement, action: string): boolean => {
  const isListed = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matches(pattern, action, { ignoreCase: true }));
  return notActions === undefined ? isListed(actions) : !isListed(notActions);
};

/** Whether the statement matches the resource. */
export const coversResource = (
  { resources, notResources }: NormalisedStatement,
  resource: string,
): boolean => {
  const isListed = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matches(pattern, resource));
  return notResources === undefined ? isListed(resources) : !isListed(notResources);
};

/** Whether the statement matches the request, ignoring the principal. */
export const applies = (
  statement: NormalisedStatement,
  { action, resource, context }: PolicyRequest,
): Tristate =>
  coversAction(statement, action) && coversResource(statement, resource)
    ? meetsConditions(statement, context)
    : false;

/** Whether all conditions of a statement are met. */
export const meetsConditions = ({ conditions }: NormalisedStatement, context: RequestContext): Tristate =>
  allOf(conditions.map((condition) => meetsCondition(condition, context)));

/**
 * Evaluates identity policies or a permissions boundary: a Deny overrides every Allow.
 *
 * Ignores organisation policies, which AWS's own simulation includes, and resource policies.
 */
export function evaluatePolicies(
  statements: readonly NormalisedStatement[],
  request: PolicyRequest,
): PolicyDecision {
  const found = (effect: NormalisedStatement['effect']): Tristate =>
    anyOf(statements.filter((statement) => statement.effect === effect).map((one) => applies(one, request)));
  const isAllowed = allOf([found('Allow'), not(found('Deny'))]);
  return isAllowed === undefined ? 'conditional' : isAllowed ? 'allowed' : 'denied';
}
