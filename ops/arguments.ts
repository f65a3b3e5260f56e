import { parseArgs } from 'node:util';

/** What each option takes: nothing, or a value. */
export type Flags = Readonly<
  Record<string, { readonly type: 'boolean' | 'string'; readonly short?: string }>
>;

export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** What stands there without an option. */
  readonly words: readonly string[];
  /** Everything that is wrong with the words. Why, and what to do, is the same for all: see {@link UsageError}. */
  readonly problems: readonly string[];
}

/**
 * Reads options; collects what `parseArgs` would throw one by one.
 * @param mostWords how many words may stand there without an option @default none
 */
export function readArguments(args: readonly string[], flags: Flags, mostWords = 0): Arguments {
  const {
    values,
    positionals: words,
    tokens,
  } = parseArgs({
    args: [...args],
    options: { ...flags },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const problems: string[] = [];
  const seen = new Set<string>();
  problems.push(...words.slice(mostWords).map((word) => `${word}: takes no such word`));
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (flag === undefined) problems.push(`${token.rawName}: no such option`);
    else if (flag.type === 'string' && !isValue(token)) {
      problems.push(`${token.rawName}: needs a value, got ${token.value || 'nothing'}`);
    } else if (flag.type === 'boolean' && token.value !== undefined) {
      problems.push(`${token.rawName}: takes no value, got ${token.value}`);
    } else if (seen.has(token.name)) problems.push(`${token.rawName}: given twice`);
    seen.add(token.name);
  }
  return {
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, one(value)])),
    words,
    problems,
  };
}

/** The next option is no value, unless it is joined by `=`. */
const isValue = ({
  value,
  inlineValue,
}: {
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}): boolean => value !== undefined && value !== '' && (inlineValue === true || !value.startsWith('-'));

const one = (value: unknown): string | boolean | undefined =>
  typeof value === 'string' || typeof value === 'boolean' ? value : undefined;

/** The value of an option that takes one. */
export const textOption = ({ values }: Arguments, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A whole number; undefined where the option is not given. Otherwise a problem is added, and the answer is undefined too. */
export function wholeOption(
  given: Arguments,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
  problems: string[],
): number | undefined {
  const text = textOption(given, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  problems.push(`--${name}: is not a whole number from ${least} to ${most}, got ${text}`);
  return undefined;
}
