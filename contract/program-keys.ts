import * as z from 'zod';
import { accountId, region } from './aws-values';
import { azureTags } from './azure-tags';
import { pulumiConfigKey } from './names';
import { boolean, guid, guids, integer, matching, text, vcpus } from './schemas';
import { CONFIG_SETTINGS, settingRow, type SettingKind, type SettingName } from './settings';

/** A key of the Pulumi program's own; all other keys of its configuration are settings of the backend. */
export interface ProgramKeyRow {
  readonly kind: SettingKind;
  /** How the text is read. */
  readonly schema: z.ZodType;
  /** Empty text stands for "not set": Pulumi asks for every declared key that has no default. */
  readonly default: string;
  readonly meaning: string;
  /** Why a missing or wrong value matters. */
  readonly why: string;
  readonly example: string;
}

/** A stack's file is YAML, which takes digits without quotes for a number (Pulumi CLI 3.259, measured 2026-11-28). */
const accountInFile = z
  .string()
  .refine(
    (value) => !/^\d{1,11}$/.test(value),
    'has fewer than 12 digits; in the file it needs quotes, or its leading zero is lost',
  )
  .transform((value): unknown => value)
  .pipe(accountId);

/** What the program itself needs to know. Names as Azure takes them (learn.microsoft.com, read 2026-11-22). */
export const PROGRAM_KEYS = {
  location: {
    kind: 'text',
    schema: matching(/^[a-z]+\d?$/, 'is not the name of an Azure region such as westeurope'),
    default: 'westeurope',
    meaning: 'Azure region of everything.',
    why: 'Azure would refuse every resource.',
    example: 'westeurope',
  },
  resourceGroupName: {
    kind: 'text',
    schema: matching(
      /^[-\w.()]{0,89}[-\w()]$/,
      'is not the name of a resource group: 1 to 90 letters, digits, - _ . ( ), no dot at the end',
    ),
    default: '',
    meaning: 'Existing resource group to deploy into; empty: one is made.',
    why: 'Azure would refuse every resource.',
    example: 'tavus-recordings',
  },
  tags: {
    kind: 'text',
    schema: azureTags,
    default: '',
    meaning:
      'Tags of your organisation for every resource, as `name=value,name=value`; no value has a comma.',
    why: 'Azure would refuse a resource half-way, or an Azure Policy that asks for tags.',
    example: 'CostCentre=4711,Owner=platform',
  },
  appName: {
    kind: 'text',
    schema: matching(
      /^(?!.*--)[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
      'is not the name of a Container App: 2 to 32 lower-case letters, digits and single hyphens, a letter first',
    ),
    default: 'tavus-backend',
    meaning:
      'Name of the Container App, and first part of its address; a second environment in one resource group needs its own.',
    why: 'Azure would refuse the Container App, whose address is made of it.',
    example: 'tavus-backend',
  },
  image: {
    kind: 'text',
    schema: matching(
      /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+@sha256:[0-9a-f]{64}$/,
      'is not an image by digest (registry/repository@sha256:<64 hex digits>)',
    ),
    default: '',
    meaning: 'Image by digest (registry/repository@sha256:...); empty: only the platform is made.',
    why: 'What a tag names can change between two revisions, and nobody would know what ran.',
    example: '<registry>/tavus-recordings@sha256:<digest>',
  },
  cpu: {
    kind: 'text',
    schema: vcpus,
    default: '0.5',
    meaning: 'vCPUs of the backend, 0.25 to 4 in steps of 0.25; it gets twice as many GiB of memory.',
    why: 'Azure only runs fixed pairs of vCPUs and memory.',
    example: '0.5',
  },
  maxReplicas: {
    kind: 'integer',
    schema: integer(1, 10),
    default: '1',
    meaning:
      'How many backends may run at once, 1 to 10. They share the ledger; limits per caller are counted in each.',
    why: 'Azure would refuse the scale.',
    example: '1',
  },
  handOverFile: {
    kind: 'text',
    schema: text,
    default: 'cdk-outputs.json',
    meaning: 'What `cdk deploy` wrote, relative to this file; read when recording is on.',
    why: 'Recording is on, and without it nobody knows where recordings go.',
    example: 'cdk-outputs.json',
  },
  awsAccount: {
    kind: 'text',
    schema: accountInFile,
    default: '',
    meaning: 'AWS account that the recordings must be in; a hand-over of another one is refused.',
    why: 'Recordings could go to an account that is not yours to keep.',
    example: '111122223333',
  },
  awsRegion: {
    kind: 'text',
    schema: region,
    default: '',
    meaning: 'AWS region that the recordings must be in; a hand-over of another one is refused.',
    why: 'Recordings could be kept where they must not be.',
    example: 'us-east-1',
  },
  easyAuthClientId: {
    kind: 'text',
    schema: guid('is not the client id of an app registration (a GUID)'),
    default: '',
    meaning: 'Client id of the Entra app registration that people sign in to; needed with easyAuth.',
    why: 'Nobody could sign in.',
    example: '<client id>',
  },
  easyAuthIdentities: {
    kind: 'text',
    schema: guids('is not a list of object ids (GUIDs) with commas'),
    default: '',
    meaning:
      'Object ids, with commas, of the people and programs that may sign in; empty: all whom the app registration admits.',
    why: 'Others than those who were meant could start conversations at our cost.',
    example: '<object id>,<object id>',
  },
  forwardProxy: {
    kind: 'text',
    schema: matching(
      /^(?:NoProxy|Standard|X-[\w-]{1,62})$/,
      'is none of NoProxy, Standard and the name of a header such as X-Original-Host',
    ),
    default: '',
    meaning:
      'Where the sign-in reads the address that people see: `Standard` is X-Forwarded-Host, another header is named, `NoProxy` is neither; empty: `Standard` with frontDoorId, else `NoProxy`.',
    why: 'The sign-in would send people to an address that they cannot reach, or that Entra refuses.',
    example: 'Standard',
  },
  alertEmail: {
    kind: 'text',
    schema: matching(/^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/, 'is not one e-mail address'),
    default: '',
    meaning: 'Who is told by e-mail when the backend is not well; empty: nobody.',
    why: 'Nobody would be told when the backend is not well.',
    example: 'operations@example.com',
  },
  logRetentionDays: {
    kind: 'integer',
    schema: integer(30, 730),
    default: '90',
    meaning: 'Days that logs are kept, 30 to 730.',
    why: 'Azure keeps logs for 30 to 730 days.',
    example: '90',
  },
  logDailyCapGb: {
    kind: 'integer',
    schema: integer(1, 1000),
    default: '1',
    meaning:
      'GB of logs that a day may cost, 1 to 1000; above it Azure keeps none until the next day, and an alert tells so.',
    why: 'Without a cap a flood of requests is paid for by the gigabyte of its log lines.',
    example: '1',
  },
  protectData: {
    kind: 'boolean',
    schema: boolean,
    default: 'true',
    meaning:
      'Refuse to delete platform, app and secrets. To lift it: `pulumi config set protectData false`, `pulumi up`.',
    why: 'Whether secrets and logs can be deleted must not depend on a guess.',
    example: 'true',
  },
} as const satisfies Readonly<Record<string, ProgramKeyRow>>;

export type ProgramKey = keyof typeof PROGRAM_KEYS;

/** What each key's text becomes; undefined when it is not set. */
export type ProgramValues = {
  readonly [Key in ProgramKey]: z.output<(typeof PROGRAM_KEYS)[Key]['schema']> | undefined;
};

const isProgramKey = (key: string): key is ProgramKey => Object.hasOwn(PROGRAM_KEYS, key);

/** In the table's order. */
export const PROGRAM_KEY_NAMES: readonly ProgramKey[] = Object.keys(PROGRAM_KEYS).filter(isProgramKey);

/** A key's row without its literal types. */
export const programKeyRow = (key: ProgramKey): ProgramKeyRow => PROGRAM_KEYS[key];

/** Settings that the program computes unless the operator knows better. */
export const OVERRIDABLE_SETTINGS = ['PUBLIC_BASE_URL', 'EASY_AUTH'] as const satisfies SettingName[];

/** What these mean to the program, where the table says what they mean to the backend. */
const OVERRIDES: Readonly<Record<string, string>> = {
  PUBLIC_BASE_URL:
    'Address of a custom domain that was bound, or of what stands in front; empty: the one that Azure gives.',
  EASY_AUTH: 'Whether people sign in with Entra before they reach the backend.',
};

/** What Azure gets when nothing is configured, as text; empty when there is nothing. */
export const deployedDefault = (name: SettingName): string =>
  settingRow(name).deployedDefault ?? settingRow(name).default ?? '';

/** One entry of `config:` in Pulumi.yaml. */
export interface ConfigEntry {
  readonly type: 'boolean' | 'integer' | 'string';
  readonly default: boolean | number | string;
  readonly description: string;
}

const TYPES = { boolean: 'boolean', integer: 'integer', text: 'string', url: 'string' } as const;

const configEntry = (kind: SettingKind, value: string, description: string): ConfigEntry => ({
  type: TYPES[kind],
  default: kind === 'boolean' ? value === 'true' : kind === 'integer' ? Number(value) : value,
  description,
});

/**
 * `config:` of Pulumi.yaml. The secrets are not in it, on purpose: a declared key without a default is asked for
 * before the platform is there, and a secret one with a default is refused by the CLI (sdk/go/common/workspace/config.go
 * of Pulumi 3, read 2026-11-25). The program itself refuses a secret that is missing or in plain text.
 */
export const CONFIG_ENTRIES: Readonly<Record<string, ConfigEntry>> = Object.fromEntries([
  ...PROGRAM_KEY_NAMES.map((key) => {
    const { kind, default: value, meaning } = programKeyRow(key);
    return [key, configEntry(kind, value, meaning)] as const;
  }),
  ...[...OVERRIDABLE_SETTINGS, ...CONFIG_SETTINGS].map((name) => {
    const { kind, meaning } = settingRow(name);
    return [
      pulumiConfigKey(name),
      configEntry(kind, deployedDefault(name), OVERRIDES[name] ?? meaning),
    ] as const;
  }),
]);
