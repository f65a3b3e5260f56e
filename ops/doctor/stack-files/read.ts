import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';

/** One value of a stack's configuration, as it stands in the file. */
export interface StackValue {
  readonly key: string;
  /** Undefined: it is encrypted. */
  readonly text: string | undefined;
  /** What YAML takes it for, and the text that Pulumi then hands to the program. Undefined: a text, as it stands there. */
  readonly parsedAs: { readonly what: string; readonly text: string } | undefined;
}

/** A file in which Pulumi keeps the configuration of one stack. */
export interface StackFile {
  readonly name: string;
  readonly environment: string;
  readonly values: readonly StackValue[];
  /** Line of the first error; undefined: it is YAML. */
  readonly brokenAt: number | undefined;
}

const NAME = /^Pulumi\.(?<environment>[\w.-]+)\.yaml$/;

/** The stacks of the main program whose files are in a folder. */
export const readStackFiles = (folder: string): readonly StackFile[] =>
  readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const environment = NAME.exec(name)?.groups?.['environment'];
      if (environment === undefined) return [];
      return [{ name, environment, ...valuesIn(readFileSync(path.join(folder, name), 'utf8')) }];
    });

/** Plain text of a key in a stack's file. */
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
  // Of the two versions of YAML it is 1.1 that knows days, as Pulumi's reader does.
  const document = parseDocument(yaml, { version: '1.1', prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) return { brokenAt: error.linePos?.[0].line ?? 1, values: [] };
  const config = document.get('config');
  if (!isMap(config)) return { brokenAt: undefined, values: [] };
  return { brokenAt: undefined, values: config.items.map(({ key, value }) => valueOf(String(key), value)) };
}

function valueOf(name: string, value: unknown): StackValue {
  // Without the project's name.
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
