import type { Condition } from './document';
import { isPrivateNetwork } from './networks';
import { matches } from './patterns';
import { unanimous, anyOf, not, type Tristate } from './tristate';

/** Everything that a request may hold under one condition key; undefined: nothing. */
export type PossibleValues = readonly (string | undefined)[];

/** What is known of a request: asked with a condition key in lower case. Undefined: nothing is known of this key. */
export type Context = (key: string) => PossibleValues | undefined;

/** A value of `aws:SourceIp`: some address of the internet, nobody knows which. */
export const PUBLIC_ADDRESS = 'an address of the internet';

/** Whether one value satisfies one pattern. */
type Test = (value: string, pattern: string) => Tristate;

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

/** Whether the condition holds for one possible value. */
function valueMeets({ operator, values }: Condition, value: string | undefined): Tristate {
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
  const found = anyOf(values.map((pattern) => test(value, pattern)));
  return positive === undefined ? not(found) : found;
}

/**
 * Whether a condition holds, as IAM reads it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (read 2026-11-22)
 */
export const meetsCondition = (condition: Condition, context: Context): Tristate =>
  unanimous((context(condition.key) ?? []).map((value) => valueMeets(condition, value)));
