import type { Condition } from './document';
import { isPrivateNetwork } from './networks';
import { matches } from './patterns';

/** Everything that a request may hold under one condition key; undefined: nothing. */
export type Possible = readonly (string | undefined)[];

/** What is known of a request: asked with a condition key in lower case. Undefined: nothing is known of this key. */
export type Context = (key: string) => Possible | undefined;

/** A value of `aws:SourceIp`: some address of the internet, nobody knows which. */
export const PUBLIC_ADDRESS = 'an address of the internet';

/** Whether one value satisfies one pattern; undefined when that is not known here. */
type Test = (value: string, pattern: string) => boolean | undefined;

const equals: Test = (value, pattern) => value === pattern;
const equalsIgnoringCase: Test = (value, pattern) => value.toLowerCase() === pattern.toLowerCase();
const like: Test = (value, pattern) => matches(pattern, value);
const isIn: Test = (value, pattern) => {
  if (/^(?:0\.0\.0\.0|::)\/0$/.test(pattern)) return true;
  return value === PUBLIC_ADDRESS && isPrivateNetwork(pattern) ? false : undefined;
};
const numeric =
  (compare: (value: number, bound: number) => boolean): Test =>
  (value, pattern) =>
    compare(Number(value), Number(pattern));

const POSITIVE: Readonly<Record<string, Test>> = {
  stringequals: equals,
  stringequalsignorecase: equalsIgnoringCase,
  stringlike: like,
  arnequals: like,
  arnlike: like,
  bool: equalsIgnoringCase,
  ipaddress: isIn,
  numericequals: numeric((value, bound) => value === bound),
  numericlessthan: numeric((value, bound) => value < bound),
  numericlessthanequals: numeric((value, bound) => value <= bound),
  numericgreaterthan: numeric((value, bound) => value > bound),
  numericgreaterthanequals: numeric((value, bound) => value >= bound),
};

/** Each is what its positive is not. */
const NEGATIVE: Readonly<Record<string, Test>> = {
  stringnotequals: equals,
  stringnotequalsignorecase: equalsIgnoringCase,
  stringnotlike: like,
  arnnotequals: like,
  arnnotlike: like,
  notipaddress: isIn,
  numericnotequals: numeric((value, bound) => value === bound),
};

/** True when one is, false when all are, undefined otherwise. */
function some(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(true)) return true;
  return results.includes(undefined) ? undefined : false;
}

const not = (result: boolean | undefined): boolean | undefined =>
  result === undefined ? undefined : !result;

/** Whether the condition holds for one possible value. */
function holdsFor({ operator, values }: Condition, value: string | undefined): boolean | undefined {
  const [, set = '', base = '', ifExists = ''] =
    /^(for(?:all|any)values?:)?(.*?)(ifexists)?$/.exec(operator) ?? [];
  if (base === 'null') {
    return values.some((wanted) => (wanted.toLowerCase() === 'true') === (value === undefined));
  }
  const positive = POSITIVE[base];
  const test = positive ?? NEGATIVE[base];
  // A variable of a policy stands for something that only AWS knows.
  if (test === undefined || values.some((pattern) => pattern.includes('${'))) return undefined;
  if (value === undefined) {
    if (ifExists !== '' || set.startsWith('forall')) return true;
    return set === '' && positive === undefined;
  }
  const found = some(values.map((pattern) => test(value, pattern)));
  return positive === undefined ? not(found) : found;
}

/**
 * Whether a condition holds, as IAM reads it; undefined when it depends on what is not known.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (read 2026-11-22)
 */
export function holds(condition: Condition, context: Context): boolean | undefined {
  const results = new Set(context(condition.key)?.map((value) => holdsFor(condition, value)));
  const [only] = results;
  return results.size === 1 ? only : undefined;
}
