import { parseArgs } from 'node:util';

/** A boolean option takes no value, a string option takes one. */
export type Flags = Readonly<
  Record<string, { readonly type: 'boolean' | 'string'; readonly short?: string }>
>;

export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** Positional arguments. */
  readonly words: readonly string[];
  /** All problems of the command line. {@link UsageError} adds the command to run for help. */
  readonly problems: readonly string[];
}

/**
 * Parses options. Collects all problems, where `parseArgs` throws at the first.
 * @param maxWords how many positional arguments are allowed @default none
 */
export function readArguments(args: readonly string[], flags: Flags, maxWords = 0): Arguments {
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
  problems.push(...words.slice(maxWords).map((word) => `${word}: takes no such word`));
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

/** A value that begins with a dash needs `=`, or it is read as the next option. */
const isValue = ({
  value,
  inlineValue,
}: {
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}): boolean => value !== undefined && value !== '' && (inlineValue === true || !value.startsWith('-'));

const one = (value: unknown): string | boolean | undefined =>
  typeof value === 'string' || typeof value === 'boolean' ? value : undefined;

/** Value of a string option. */
export const textOption = ({ values }: Arguments, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Value of an option that takes a whole number. Adds a problem when it is not one. */
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
