import type { Enforcer, Line } from '../verdict';
import { isList, isObject, listed, textOf, type Json } from '../json';

/** A property of the template, and where the same shows in what was really deployed. */
export interface Comparison {
  readonly id: string;
  readonly checked: string;
  readonly expected: Json;
  readonly found: Json;
  /** A few words for people; the comparison itself is of the whole values. */
  readonly summary: (value: Json) => string;
  readonly enforcedBy: Enforcer;
}

/** JSON with sorted keys, so that equal values have equal text. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, item: Json) =>
    isObject(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => a.localeCompare(b)))
      : item,
  );
}

/** First place at which two values differ, such as `Statement[0].Condition`. */
export function firstDifference(expected: Json, found: Json, at = ''): string | undefined {
  if (canonical(expected) === canonical(found)) return undefined;
  const keys = (value: Json): string[] => (isObject(value) || isList(value) ? Object.keys(value) : []);
  const item = (value: Json, key: string): Json =>
    isList(value) ? (value[Number(key)] ?? null) : isObject(value) ? (value[key] ?? null) : null;
  const inside = [...new Set([...keys(expected), ...keys(found)])];
  const isContainer = keys(expected).length > 0 && keys(found).length > 0;
  if (!isContainer) return at === '' ? 'as a whole' : at;
  for (const key of inside) {
    const place = isList(expected) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`;
    const difference = firstDifference(item(expected, key), item(found, key), place);
    if (difference !== undefined) return difference;
  }
  return at;
}

/** The verdict's line for a comparison. */
export function comparisonLine({ expected, found, summary, ...line }: Comparison): Line {
  const difference = firstDifference(expected, found);
  const foundText = found === null ? 'nothing' : summary(found);
  const same = foundText === summary(expected);
  return {
    ...line,
    expected: summary(expected),
    found: difference !== undefined && same ? `${foundText}, but another ${difference}` : foundText,
    state: difference === undefined ? 'holds' : 'fails',
  };
}

/** A policy document in one form: lists stay lists, single values become lists, actions and resources are sorted. */
export function policyForm(document: Json | undefined): Json {
  if (!isObject(document)) return null;
  const sorted = (value: Json | undefined): Json => listed(value).map(textOf).toSorted();
  return {
    ...document,
    Statement: listed(document.Statement)
      .filter(isObject)
      .map((statement) => ({
        ...statement,
        Action: sorted(statement.Action),
        ...(statement.Resource === undefined ? {} : { Resource: sorted(statement.Resource) }),
      })),
  };
}

/** `Allow 8 actions; Deny s3:* if aws:SecureTransport=false`: what a policy says, in few words. */
export function policySummary(document: Json): string {
  const statements = isObject(document) ? listed(document.Statement).filter(isObject) : [];
  const said = statements.map(({ Effect, Action, Condition }) => {
    const actions = listed(Action).map(textOf);
    const what = actions.length === 1 ? actions.join('') : `${actions.length} actions`;
    const when = conditionSummary(Condition);
    return `${textOf(Effect)} ${what}${when === '' ? '' : ` if ${when}`}`;
  });
  return said.join('; ') || 'no statement';
}

/** Keys of a condition, with their value where that is a word; the comparison itself is of the whole condition. */
function conditionSummary(condition: Json | undefined): string {
  const operators = isObject(condition) ? Object.entries(condition) : [];
  const tests = operators.flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, value]) => {
      const short = textOf(value).length <= 6 ? textOf(value) : '...';
      return `${key}${operator === 'NumericLessThan' ? '<' : '='}${short}`;
    }),
  );
  return tests.join(', ');
}
