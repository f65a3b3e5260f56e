import { UNKNOWN, isList, isObject, type Plain, type PlainObject } from '../wire';

/** An input that Azure would refuse, or that would fail later without an error. */
export interface Problem {
  /** Path to the input, such as `template.containers[0].env[2]`. */
  readonly property: string;
  /** What is wrong, the value, why it matters, what to do. Never contains a secret. */
  readonly reason: string;
}

/** The parts of a reason, each without its full stop. */
interface ReasonParts {
  readonly wrong: string;
  /** Required for a secret. @default - the value */
  readonly got?: string;
  readonly why: string;
  readonly fix: string;
}

/** Finds problems in a resource's inputs. Ignores values that are still unknown. */
export type Rule = (inputs: PlainObject) => readonly Problem[];

/** The value at this path: undefined if it is missing, {@link UNKNOWN} if a part of the path is unknown. */
export function at(outer: Plain | undefined, ...names: readonly string[]): Plain | undefined {
  return names.reduce<Plain | undefined>(
    (value, name) => (value === UNKNOWN ? UNKNOWN : isObject(value) ? value[name] : undefined),
    outer,
  );
}

/** Items of a list; empty for any other value. */
export const items = (value: Plain | undefined): readonly Plain[] => (isList(value) ? value : []);

/** Returns a problem if the property is wrong; none while it is unknown. */
export function problemIf(
  property: string,
  value: Plain | undefined,
  isWrong: (value: Exclude<Plain, typeof UNKNOWN> | undefined) => boolean,
  { wrong, got = formatValue(value), why, fix }: ReasonParts,
): Problem[] {
  if (value === UNKNOWN || !isWrong(value)) return [];
  return [{ property, reason: `${wrong}, got ${got}. ${why}. ${fix}.` }];
}

/** Returns a problem for each repeated value in a list. */
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
      fix: 'Rename one',
    }),
  );

/** Replaces a value that is a secret, or may be one by mistake. */
export const formatLength = (value: Plain | undefined): string =>
  typeof value === 'string' ? `a text of ${value.length} characters` : 'no text';

/** Formats a value for people. */
export function formatValue(value: Plain | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'an empty text';
  if (isList(value)) return `a list of ${value.length}`;
  return isObject(value) ? 'an object' : typeof value === 'string' ? JSON.stringify(value) : String(value);
}
