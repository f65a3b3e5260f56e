import type { Condition } from './document';
import { isPrivateNetwork } from './networks';
import { matches } from './patterns';
import { unanimous, anyOf, not, type Tristate } from './tristate';

/** All values that a request may have for a condition key; undefined means that the key is absent. */
export type PossibleValues = readonly (string | undefined)[];

/** Possible values for a condition key, given in lower case. Undefined: unknown. */
export type RequestContext = (key: string) => PossibleValues | undefined;

/** Value of `aws:SourceIp` for some unknown public address. */
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

/** The negation of each positive operator. */
const NEGATIVE: Readonly<Record<string, Test>> = {
  stringnotequals: equals,
  stringnotequalsignorecase: equalsIgnoringCase,
  stringnotlike: like,
  arnnotequals: like,
  arnnotlike: like,
  notipaddress: isIn,
  numericnotequals: numeric((value, bound) => value === bound),
};

/** Whether the condition is met for one possible value. */
function valueMeets({ operator, values }: Condition, value: string | undefined): Tristate {
  const [, set = '', base = '', ifExists = ''] =
    /^(for(?:all|any)values?:)?(.*?)(ifexists)?$/.exec(operator) ?? [];
  if (base === 'null') {
    return values.some((wanted) => (wanted.toLowerCase() === 'true') === (value === undefined));
  }
  const positive = POSITIVE[base];
  const test = positive ?? NEGATIVE[base];
  // Only AWS can resolve policy variables.
  if (test === undefined || values.some((pattern) => pattern.includes('${'))) return undefined;
  if (value === undefined) {
    if (ifExists !== '' || set.startsWith('forall')) return true;
    return set === '' && positive === undefined;
  }
  const found = anyOf(values.map((pattern) => test(value, pattern)));
  return positive === undefined ? not(found) : found;
}

/**
 * Whether IAM considers a condition met.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (read 2026-11-22)
 */
export const meetsCondition = (condition: Condition, context: RequestContext): Tristate =>
  unanimous((context(condition.key) ?? []).map((value) => valueMeets(condition, value)));
