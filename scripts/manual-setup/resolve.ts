import { problem, ProblemsError } from '../../contract/problem';
import { isList, isObject, textOf, type Json, type JsonObject } from '../../local/json';

/** Replacements for a template's references. */
export interface Placeholders {
  /** By logical id or pseudo parameter. */
  readonly refs: Readonly<Record<string, string>>;
  /** ARNs by logical id. */
  readonly arns: Readonly<Record<string, string>>;
}

/**
 * Replaces the intrinsic functions of a template with placeholders.
 * @throws ProblemsError for an unknown function or reference
 */
export function resolve(value: Json, placeholders: Placeholders): Json {
  if (isList(value)) return value.map((item: Json) => resolve(item, placeholders));
  if (!isObject(value)) return value;
  const [[name, argument] = ['', null], ...more] = Object.entries(value);
  if (more.length > 0 || (name !== 'Ref' && !name.startsWith('Fn::')))
    return resolveObject(value, placeholders);
  const text = intrinsic(name, argument, placeholders);
  if (text !== undefined) return text;
  throw new ProblemsError([
    problem({
      name,
      wrong: 'cannot be resolved here',
      got: JSON.stringify(argument),
      why: 'The guide would show an unresolved template function.',
      fix: 'Add it to scripts/manual-setup.',
    }),
  ]);
}

/** Resolves every value of an object. */
export function resolveObject(object: JsonObject, placeholders: Placeholders): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, resolve(value, placeholders)]),
  );
}

function intrinsic(name: string, argument: Json, placeholders: Placeholders): string | undefined {
  if (name === 'Ref') return placeholders.refs[textOf(argument)];
  if (!isList(argument)) return undefined;
  const [first, second] = argument;
  if (name === 'Fn::GetAtt' && second === 'Arn') return placeholders.arns[textOf(first)];
  const texts = resolve(second ?? null, placeholders);
  if (name !== 'Fn::Join' || typeof first !== 'string' || !isList(texts)) return undefined;
  return texts.map(textOf).join(first);
}
