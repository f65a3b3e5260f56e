import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';

/** One value of a stack's configuration, as written in the file. */
export interface StackValue {
  readonly key: string;
  /** Undefined when encrypted. */
  readonly text: string | undefined;
  /** The type that YAML reads it as, and the text that Pulumi passes to the program. Undefined for a string. */
  readonly parsedAs: { readonly what: string; readonly text: string } | undefined;
}

/** `Pulumi.<environment>.yaml`. */
export interface StackFile {
  readonly name: string;
  readonly environment: string;
  readonly values: readonly StackValue[];
  /** Line of the first syntax error; undefined when valid. */
  readonly brokenAt: number | undefined;
}

const NAME = /^Pulumi\.(?<environment>[\w.-]+)\.yaml$/;

/** Stack files of the main program in a folder. */
export const readStackFiles = (folder: string): readonly StackFile[] =>
  readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const environment = NAME.exec(name)?.groups?.['environment'];
      if (environment === undefined) return [];
      return [{ name, environment, ...valuesIn(readFileSync(path.join(folder, name), 'utf8')) }];
    });

/** Plain value of a key in the stack file of an environment. */
export function stackValue(
  files: readonly StackFile[],
  environment: string | undefined,
  wanted: string,
): { readonly value: string; readonly from: string } | undefined {
  const file = files.find((one) => one.environment === environment);
  const text = file?.values.find(({ key }) => key === wanted)?.text;
  return file === undefined || text === undefined || text === ''
    ? undefined
    : { value: text, from: file.name };
}

function valuesIn(yaml: string): Pick<StackFile, 'brokenAt' | 'values'> {
  // YAML 1.1, because like Pulumi's parser it reads dates.
  const document = parseDocument(yaml, { version: '1.1', prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) return { brokenAt: error.linePos?.[0].line ?? 1, values: [] };
  const config = document.get('config');
  if (!isMap(config)) return { brokenAt: undefined, values: [] };
  return { brokenAt: undefined, values: config.items.map(({ key, value }) => valueOf(String(key), value)) };
}

function valueOf(name: string, value: unknown): StackValue {
  // Drops the project name.
  const key = name.slice(name.indexOf(':') + 1);
  if (!isScalar(value)) return { key, text: undefined, parsedAs: undefined };
  const { source: text = '', value: read } = value;
  if (read instanceof Date) return { key, text, parsedAs: { what: 'a time', text: read.toISOString() } };
  return {
    key,
    text,
    parsedAs: typeof read === 'number' ? { what: 'a number', text: String(read) } : undefined,
  };
}
