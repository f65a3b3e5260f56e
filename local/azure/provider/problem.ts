import { UNKNOWN, isList, isObject, type Plain, type PlainObject } from '../wire';

/** An input that Azure would refuse, or that would go wrong later without a word. */
export interface Problem {
  /** Path to the input, such as `template.containers[0].env[2]`. */
  readonly property: string;
  /** What is wrong and what was found, why it matters, what to do. Never shows a secret. */
  readonly reason: string;
}

/** The parts of a reason, each without its full stop. */
interface Words {
  readonly wrong: string;
  /** @default the value; not for a secret */
  readonly got?: string;
  readonly why: string;
  readonly fix: string;
}

/** Finds the problems with one resource's inputs; says nothing about what only a deployment knows. */
export type Rule = (inputs: PlainObject) => readonly Problem[];

/** The value under these names, undefined when there is none, unknown below something unknown. */
export function at(outer: Plain | undefined, ...names: readonly string[]): Plain | undefined {
  return names.reduce<Plain | undefined>(
    (value, name) => (value === UNKNOWN ? UNKNOWN : isObject(value) ? value[name] : undefined),
    outer,
  );
}

/** Items of a list; none when it is no list. */
export const items = (value: Plain | undefined): readonly Plain[] => (isList(value) ? value : []);

/** A problem with a property if it is wrong; none while it is unknown. */
export function problemIf(
  property: string,
  value: Plain | undefined,
  isWrong: (value: Exclude<Plain, typeof UNKNOWN> | undefined) => boolean,
  { wrong, got = shown(value), why, fix }: Words,
): Problem[] {
  if (value === UNKNOWN || !isWrong(value)) return [];
  return [{ property, reason: `${wrong}, got ${got}. ${why}. ${fix}.` }];
}

/** Texts that stand in the list before: one problem for each repetition. */
export const repetitions = (
  list: string,
  name: string,
  values: readonly (Plain | undefined)[],
  why: string,
): Problem[] =>
  values.flatMap((value, index) =>
    problemIf(`${list}[${index}].${name}`, value, () => values.indexOf(value) < index, {
      wrong: `repeats ${list}[${values.indexOf(value)}].${name}`,
      why,
      fix: 'Give each its own',
    }),
  );

/** In the place of what is a secret, or may be one by mistake. */
export const shownLength = (value: Plain | undefined): string =>
  typeof value === 'string' ? `a text of ${value.length} characters` : 'no text';

/** A value for people. */
export function shown(value: Plain | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'an empty text';
  if (isList(value)) return `a list of ${value.length}`;
  return isObject(value) ? 'an object' : typeof value === 'string' ? JSON.stringify(value) : String(value);
}
