import type { Condition, Statement } from './document';

/** A request as far as policies can ask about it. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys; the keys in lower case. */
  readonly context: Readonly<Record<string, string>>;
}

/** `conditional`: it depends on a condition that is not known here. */
export type Decision = 'allowed' | 'denied' | 'conditional';

/** Whether a pattern of IAM's (`*` any characters, `?` one) matches the whole text. */
export function matches(pattern: string, text: string, { ignoreCase = false } = {}): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(text);
}

/** Whether the statement's actions include this one; IAM reads them without regard to case. */
export const coversAction = ({ actions }: Statement, action: string): boolean =>
  actions.some((pattern) => matches(pattern, action, { ignoreCase: true }));

/** Whether the statement's resources include this one. */
export const coversResource = ({ resources }: Statement, resource: string): boolean =>
  resources.some((pattern) => matches(pattern, resource));

type Test = (value: string, pattern: string) => boolean;
const equals: Test = (value, pattern) => value === pattern;
const like: Test = (value, pattern) => matches(pattern, value);
const equalsIgnoringCase: Test = (value, pattern) => value.toLowerCase() === pattern.toLowerCase();

const POSITIVE: Readonly<Record<string, Test>> = {
  stringequals: equals,
  stringequalsignorecase: equalsIgnoringCase,
  stringlike: like,
  arnequals: like,
  arnlike: like,
  bool: equalsIgnoringCase,
};
const NEGATIVE: Readonly<Record<string, Test>> = {
  stringnotequals: equals,
  stringnotequalsignorecase: equalsIgnoringCase,
  stringnotlike: like,
  arnnotequals: like,
  arnnotlike: like,
};

/** Whether a condition holds; undefined when its key or operator is not known here. */
function holds({ operator, key, values }: Condition, context: Request['context']): boolean | undefined {
  const value = context[key];
  const name = operator.replace(/ifexists$/, '');
  if (value === undefined) return undefined;
  const positive = POSITIVE[name];
  if (positive !== undefined) return values.some((pattern) => positive(value, pattern));
  const negative = NEGATIVE[name];
  if (negative !== undefined) return !values.some((pattern) => negative(value, pattern));
  return undefined;
}

/** Whether the statement speaks of the request; undefined when that depends on what is not known here. */
function applies(statement: Statement, request: Request): boolean | undefined {
  if (statement.isTurnedAround) return undefined;
  if (!coversAction(statement, request.action) || !coversResource(statement, request.resource)) return false;
  const results = new Set(statement.conditions.map((condition) => holds(condition, request.context)));
  if (results.has(false)) return false;
  return results.has(undefined) ? undefined : true;
}

/**
 * What identity policies say to a request: a Deny beats every Allow.
 *
 * It knows nothing of permission boundaries, organisation policies and resource policies; AWS's own simulation does.
 */
export function decide(statements: readonly Statement[], request: Request): Decision {
  const found = (effect: Statement['effect']): readonly (boolean | undefined)[] =>
    statements.filter((statement) => statement.effect === effect).map((one) => applies(one, request));
  const allow = found('Allow');
  const deny = found('Deny');
  if (deny.includes(true)) return 'denied';
  if (allow.includes(true)) return deny.includes(undefined) ? 'conditional' : 'allowed';
  return allow.includes(undefined) ? 'conditional' : 'denied';
}
