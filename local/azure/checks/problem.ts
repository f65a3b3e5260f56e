import { UNKNOWN } from '../wire';
import { propertyName, type Decided, type Place } from './place';
import { shown } from './shown';

/** An input that Azure would refuse, or that would go wrong later without a word. */
export interface Problem {
  /** Path to the input, such as `template.containers[0].env[2]`; empty when it is the resource as a whole. */
  readonly property: string;
  /** What is wrong and what was found, why it matters, what to do. Never shows a secret. */
  readonly reason: string;
}

/** The three parts of a reason that a rule knows beforehand, each without its full stop. */
export interface Words {
  readonly wrong: string;
  readonly why: string;
  readonly fix: string;
}

/** A reason in four parts. */
export const reasonOf = ({ wrong, why, fix }: Words, got: string): string =>
  `${wrong}, got ${got}. ${why}. ${fix}.`;

/** The problem with a place, in four parts with what was found there. */
export const problem = (place: Place, words: Words): Problem => ({
  property: propertyName(place.path),
  reason: reasonOf(words, shown(place.path.at(-1), place.value)),
});

/** A problem unless the value there is right; what only a deployment knows is taken to be right. */
export function demand(place: Place, isRight: (value: Decided) => boolean, words: Words): Problem[] {
  return place.value === UNKNOWN || isRight(place.value) ? [] : [problem(place, words)];
}
