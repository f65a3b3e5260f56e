import * as z from 'zod';
import type { Decision, SimulatedRequest } from '../simulate';
import { asList, resolve } from '../template';
import type { Mutant } from './paths';

const anyOf = (patterns: readonly string[]): RegExp =>
  new RegExp(`^(?:${patterns.map((pattern) => pattern.replaceAll('*', '.*')).join('|')})$`, 'i');

/**
 * The decisions that a mutation can change: a statement does not affect a request for another action or another
 * resource. Most mutations are in one statement, and do not concern most decisions.
 */
export function affected(
  decisions: readonly Decision[],
  { statements, template }: Mutant,
): readonly Decision[] {
  if (statements === undefined) return decisions;
  const concerned = statements.map(({ Action, Resource = '*' }) => {
    const resources = z.array(z.string()).parse(asList(resolve(Resource, template.Resources)));
    return { actions: anyOf(asList(Action)), resources: anyOf(resources) };
  });
  const isAffected = ({ action, resource }: SimulatedRequest): boolean =>
    // A request without a specific resource is included.
    concerned.some(
      ({ actions, resources }) => actions.test(action) && (resource === '*' || resources.test(resource)),
    );
  return decisions.filter(({ requests }) => requests.some(isAffected));
}
