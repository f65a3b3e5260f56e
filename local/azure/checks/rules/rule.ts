import type { Place } from '../place';
import { propertyName, within } from '../place';
import { isFilled } from '../predicates';
import { demand, problem, type Problem } from '../problem';

/** Judges the inputs of one resource; total, and silent about what only a deployment knows. */
export type Rule = (inputs: Place) => Problem[];

/** ARM wants a location with every resource that has one; what the provider would fill in can't be seen here. */
export const locationProblems: Rule = (inputs) =>
  demand(within(inputs, 'location'), isFilled, {
    wrong: 'names no region',
    why: 'The provider would choose one from its own configuration, and not the same on every machine',
    fix: 'Give the location that all resources have',
  });

/**
 * Problems with texts that must differ and don't: one for each repetition, whatever its case where that means nothing.
 */
export function repetitions(places: readonly Place[], why: string): Problem[] {
  const seen = new Map<string, Place>();
  return places.flatMap((place) => {
    if (typeof place.value !== 'string') return [];
    const first = seen.get(place.value);
    seen.set(place.value, first ?? place);
    if (first === undefined) return [];
    return [problem(place, { wrong: `repeats ${propertyName(first.path)}`, why, fix: 'Give each its own' })];
  });
}
