import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { pulumiConfigKey } from '../../../contract/names';
import {
  CONFIG_ENTRIES,
  PROGRAM_KEY_NAMES,
  PROGRAM_KEYS,
  programKeyRow,
} from '../../../contract/program-keys';
import { SECRET_SETTINGS, SETTING_NAMES, settingRow } from '../../../contract/settings';
import { fail, ok, type Check, type CheckOutcome } from '../check-result';
import type { StackFile, StackValue } from './read';

/**
 * Checks of the Pulumi stack files in the project folder. Without any file there is no check: the backend may run
 * elsewhere.
 */
export function stackFileChecks(files: readonly StackFile[]): Check[] {
  if (files.length === 0) return [];
  const check = (id: string, judge: (files: readonly StackFile[]) => CheckOutcome): Check => ({
    id,
    topic: 'azure',
    run: () => judge(files),
  });
  return [
    check('azure-stack-files', judgeFiles),
    check('azure-app-name', judgeAppNames),
    check('azure-secrets', judgeSecrets),
    check('azure-quotes', judgeQuotes),
  ];
}

function judgeFiles(files: readonly StackFile[]): CheckOutcome {
  const expected = 'the configuration of each stack as YAML';
  const broken = files.filter(({ brokenAt }) => brokenAt !== undefined);
  return broken.length === 0
    ? ok(files.map(({ environment }) => environment).join(', '), expected)
    : fail(
        broken.map(({ name, brokenAt }) => `${name} is not valid YAML, at line ${brokenAt}`).join('; '),
        expected,
        'Correct that line. Indent with spaces, not tabs.',
      );
}

const textOf = ({ values }: StackFile, name: string): string | undefined =>
  values.find(({ key }) => key === name)?.text || undefined;

/** Resource group and name of the app; undefined when the program creates the group for this stack alone. */
function appLocation(file: StackFile): { readonly group: string; readonly app: string } | undefined {
  const group = textOf(file, 'resourceGroupName');
  if (group === undefined) return undefined;
  return { group: group.toLowerCase(), app: textOf(file, 'appName') ?? PROGRAM_KEYS.appName.default };
}

function judgeAppNames(files: readonly StackFile[]): CheckOutcome {
  const expected = 'a different appName for each environment in one resource group';
  const clashes = files.flatMap((file, index) => {
    const location = appLocation(file);
    const other = files.slice(0, index).find((earlier) => isDeepStrictEqual(appLocation(earlier), location));
    return location === undefined || other === undefined ? [] : [{ location, other, file }];
  });
  if (clashes.length === 0) return ok('no two the same', expected);
  const commands = clashes.map(
    ({ location: { app }, file: { environment } }) =>
      `\`pulumi config set appName ${otherName(app, environment)} --stack ${environment}\``,
  );
  return fail(
    clashes
      .map(
        ({ location, other, file }) =>
          `${other.environment} and ${file.environment} both have ${location.app} in ${location.group}`,
      )
      .join('; '),
    expected,
    `Azure refuses the second one. Rename the one that is not deployed yet: ${commands.join(', ')}.`,
  );
}

function otherName(app: string, environment: string): string {
  const name = `${app}-${environment}`;
  return PROGRAM_KEYS.appName.schema.safeParse(name).success ? name : '<another name>';
}

function judgeSecrets(files: readonly StackFile[]): CheckOutcome {
  const expected = 'encrypted secrets: every copy of the file reveals the others';
  const secrets = new Set(SECRET_SETTINGS.map(pulumiConfigKey));
  const found = files.flatMap(({ environment, values }) =>
    values
      .filter(({ key, text }) => secrets.has(key) && text !== undefined && text !== '')
      .map(({ key }) => ({ environment, key })),
  );
  return found.length === 0
    ? ok('all encrypted', expected)
    : fail(
        found.map(({ environment, key }) => `${key} of ${environment} in plain text`).join(', '),
        expected,
        `Create new ones and revoke these: ${found
          .map(({ environment, key }) => `\`pulumi config set --secret ${key} --stack ${environment}\``)
          .join(', ')}.`,
      );
}

const SCHEMAS: ReadonlyMap<string, z.ZodType | undefined> = new Map([
  ...SETTING_NAMES.map((name) => [pulumiConfigKey(name), settingRow(name).schema] as const),
  ...PROGRAM_KEY_NAMES.map((name) => [name, programKeyRow(name).schema] as const),
]);

/** Whether YAML changes the value that was written. */
function isMisread({ key, text, parsedAs }: StackValue): boolean {
  if (parsedAs === undefined || CONFIG_ENTRIES[key]?.type !== 'string') return false;
  const meaning = (value: string | undefined): unknown => SCHEMAS.get(key)?.safeParse(value).data;
  return !isDeepStrictEqual(meaning(text), meaning(parsedAs.text));
}

function judgeQuotes(files: readonly StackFile[]): CheckOutcome {
  const expected = 'quotes around texts that look like numbers or dates';
  const found = files.flatMap(({ name, values }) =>
    values.filter(isMisread).map(({ key, parsedAs }) => `${key} in ${name} is read as ${parsedAs?.what}`),
  );
  return found.length === 0
    ? ok('nothing is misread', expected)
    : fail(found.join(', '), expected, 'Quote the value, as in awsAccount: "012345678901".');
}
