import type { PlainObject } from '../wire';
import { definitionProblems } from './definitions';
import type { Definitions } from './load-definitions';
import type { Problem } from './problem';
import { ruleProblems } from './rules/rule-table';

/**
 * All problems with a resource's inputs: those of the hand rules, and with Azure's definitions at hand, strictly read,
 * theirs too. Where both name a property the rule speaks, because it knows why it matters.
 */
export function checkInputs(type: string, inputs: PlainObject, definitions?: Definitions): Problem[] {
  const byRules = ruleProblems(type, inputs);
  if (definitions === undefined) return byRules;
  const named = new Set(byRules.map(({ property }) => property));
  const byDefinitions = definitionProblems(definitions, type, inputs, true);
  return [...byRules, ...byDefinitions.filter(({ property }) => !named.has(property))];
}
