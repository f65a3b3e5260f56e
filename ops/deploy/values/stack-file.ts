import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { pulumiConfigKey } from '../../../contract/names';
import { problem } from '../../../contract/problem';
import { CONFIG_SETTINGS, SECRET_SETTINGS } from '../../../contract/settings';

/** The part of a stack file that CI checks. */
export interface CommittedStackFile {
  readonly name: string;
  /** Undefined when the file cannot be read, see `problem`. */
  readonly secretsProvider: string | undefined;
  readonly encryptedKey: string | undefined;
  /** Plain values by key without the project name; undefined for encrypted ones. */
  readonly config: Readonly<Record<string, string | undefined>>;
  readonly problem: string | undefined;
}

const FILE = z.object({
  secretsprovider: z.string().optional(),
  encryptedkey: z.string().optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
});

/** Keys that CI sets from GitHub's values. The same keys in the file could contradict them. */
export const SET_BY_CI: readonly string[] = [
  ...[...CONFIG_SETTINGS, ...SECRET_SETTINGS].map(pulumiConfigKey),
  'awsAccount',
  'awsRegion',
  'handOverFile',
  'image',
];

const plain = (value: unknown): string | undefined =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;

const withoutProject = (key: string): string => key.slice(key.indexOf(':') + 1);

/** Reads `Pulumi.<environment>.yaml`, which a person created and committed. */
export function readStackFile(root: string, environment: string): CommittedStackFile {
  const name = `Pulumi.${environment}.yaml`;
  const broken = (wrong: string, got: string): CommittedStackFile => ({
    name,
    secretsProvider: undefined,
    encryptedKey: undefined,
    config: {},
    problem: problem({
      name,
      wrong,
      got,
      why: "It names the key of the stack's secrets.",
      fix: `Create it with \`pulumi stack init ${environment} --secrets-provider <PULUMI_SECRETS_PROVIDER>\`, and commit it.`,
    }),
  });
  let text: string;
  try {
    text = readFileSync(path.join(root, name), 'utf8');
  } catch {
    return broken('cannot be read', 'no such file');
  }
  let parsed: z.output<typeof FILE>;
  try {
    parsed = FILE.parse(parse(text));
  } catch {
    return broken('is not a stack file', `${text.length} characters`);
  }
  return {
    name,
    secretsProvider: parsed.secretsprovider,
    encryptedKey: parsed.encryptedkey,
    config: Object.fromEntries(
      Object.entries(parsed.config ?? {}).map(([key, value]) => [withoutProject(key), plain(value)]),
    ),
    problem: undefined,
  };
}
