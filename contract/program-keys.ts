import * as z from 'zod';
import { accountId, region } from './aws-values';
import { azureTags } from './azure-tags';
import { pulumiConfigKey } from './names';
import { boolean, guid, guids, integer, matching, text, vcpus } from './schemas';
import { CONFIG_SETTINGS, settingRow, type SettingKind, type SettingName } from './settings';

/** A configuration key of the Pulumi program itself; all other keys of its configuration are settings of the backend. */
export interface ProgramKeyRow {
  readonly kind: SettingKind;
  /** How the text is read. */
  readonly schema: z.ZodType;
  /** An empty text means "not set": Pulumi demands a value for a declared key without a default. */
  readonly default: string;
  readonly meaning: string;
  /** Why a missing or wrong value matters. */
  readonly why: string;
  readonly example: string;
}

/** A stack's file is YAML, which reads unquoted digits as a number (Pulumi CLI 3.259, measured 2026-11-28). */
const accountInFile = z
  .string()
  .refine(
    (value) => !/^\d{1,11}$/.test(value),
    'has fewer than 12 digits; without quotes in the file, YAML drops a leading zero',
  )
  .transform((value): unknown => value)
  .pipe(accountId);

/** The program's own keys. The patterns are Azure's naming rules (learn.microsoft.com, read 2026-11-22). */
export const PROGRAM_KEYS = {
  location: {
    kind: 'text',
    schema: matching(/^[a-z]+\d?$/, 'is not the name of an Azure region such as westeurope'),
    default: 'westeurope',
    meaning: 'Azure region of all resources.',
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
    meaning: 'Existing resource group to deploy into; empty: the program creates one.',
    why: 'Azure would refuse every resource.',
    example: 'tavus-recordings',
  },
  tags: {
    kind: 'text',
    schema: azureTags,
    default: '',
    meaning:
      'Tags of your organisation for every resource, as `name=value,name=value`; a value cannot contain a comma.',
    why: 'Azure, or an Azure Policy that requires tags, would refuse a resource in the middle of the deployment.',
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
      'Name of the Container App and first part of its address; each environment in one resource group needs its own.',
    why: 'Azure would refuse the Container App.',
    example: 'tavus-backend',
  },
  image: {
    kind: 'text',
    schema: matching(
      /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+@sha256:[0-9a-f]{64}$/,
      'is not an image by digest (registry/repository@sha256:<64 hex digits>)',
    ),
    default: '',
    meaning: 'Image by digest (registry/repository@sha256:...); empty: only the platform is deployed.',
    why: 'A tag can be moved between two revisions, and it would not be known which image ran.',
    example: '<registry>/tavus-recordings@sha256:<digest>',
  },
  cpu: {
    kind: 'text',
    schema: vcpus,
    default: '0.5',
    meaning: 'vCPUs of the backend, 0.25 to 4 in steps of 0.25; it gets twice as many GiB of memory.',
    why: 'Azure accepts only fixed pairs of vCPUs and memory.',
    example: '0.5',
  },
  maxReplicas: {
    kind: 'integer',
    schema: integer(1, 10),
    default: '1',
    meaning:
      'Maximum number of replicas, 1 to 10. They share the ledger; each counts the limits per caller on its own.',
    why: 'Azure would refuse the scale.',
    example: '1',
  },
  handOverFile: {
    kind: 'text',
    schema: text,
    default: 'cdk-outputs.json',
    meaning: 'Outputs file of `cdk deploy`, relative to this file; read when recording is on.',
    why: 'Recording is on, and the file has the bucket and the role.',
    example: 'cdk-outputs.json',
  },
  awsAccount: {
    kind: 'text',
    schema: accountInFile,
    default: '',
    meaning: 'AWS account of the recordings; the program refuses a hand-over of another account.',
    why: 'Recordings could go to the wrong AWS account.',
    example: '111122223333',
  },
  awsRegion: {
    kind: 'text',
    schema: region,
    default: '',
    meaning: 'AWS region of the recordings; the program refuses a hand-over of another region.',
    why: 'Recordings could be stored in a region where they must not be.',
    example: 'us-east-1',
  },
  easyAuthClientId: {
    kind: 'text',
    schema: guid('is not the client id of an app registration (a GUID)'),
    default: '',
    meaning: 'Client id of the Entra app registration that people sign in to; required with easyAuth.',
    why: 'People could not sign in.',
    example: '<client id>',
  },
  easyAuthIdentities: {
    kind: 'text',
    schema: guids('is not a comma-separated list of object ids (GUIDs)'),
    default: '',
    meaning:
      'Object ids, separated by commas, of the people and programs that may sign in; empty: everyone whom the app registration admits.',
    why: 'The wrong people could start conversations at our cost.',
    example: '<object id>,<object id>',
  },
  forwardProxy: {
    kind: 'text',
    schema: matching(
      /^(?:NoProxy|Standard|X-[\w-]{1,62})$/,
      'is neither NoProxy, Standard nor the name of a header such as X-Original-Host',
    ),
    default: '',
    meaning:
      'Header from which the sign-in takes the public host name: `Standard` (X-Forwarded-Host), the name of another header, or `NoProxy` (no header); empty: `Standard` with frontDoorId, else `NoProxy`.',
    why: 'The sign-in would redirect people to an address that they cannot reach, or that Entra refuses.',
    example: 'Standard',
  },
  alertEmail: {
    kind: 'text',
    schema: matching(/^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/, 'is not one e-mail address'),
    default: '',
    meaning: 'E-mail address that receives the alerts; empty: alerts send no notification.',
    why: 'Alerts would reach the wrong person, or none.',
    example: 'operations@example.com',
  },
  logRetentionDays: {
    kind: 'integer',
    schema: integer(30, 730),
    default: '90',
    meaning: 'Days for which logs are kept, 30 to 730.',
    why: 'Azure accepts 30 to 730 days.',
    example: '90',
  },
  logDailyCapGb: {
    kind: 'integer',
    schema: integer(1, 1000),
    default: '1',
    meaning:
      'Daily cap of the logs in GB, 1 to 1000; above it Azure drops logs until the next day, and an alert fires.',
    why: 'Without a cap a flood of requests would cause a high bill for logs.',
    example: '1',
  },
  protectData: {
    kind: 'boolean',
    schema: boolean,
    default: 'true',
    meaning:
      'Whether Pulumi refuses to delete platform, app and secrets. To delete them: `pulumi config set protectData false`, then `pulumi up`.',
    why: 'Secrets and logs could be deleted by accident.',
    example: 'true',
  },
} as const satisfies Readonly<Record<string, ProgramKeyRow>>;

export type ProgramKey = keyof typeof PROGRAM_KEYS;

/** The parsed value of each key; undefined if it is not set. */
export type ProgramValues = {
  readonly [Key in ProgramKey]: z.output<(typeof PROGRAM_KEYS)[Key]['schema']> | undefined;
};

const isProgramKey = (key: string): key is ProgramKey => Object.hasOwn(PROGRAM_KEYS, key);

/** In the table's order. */
export const PROGRAM_KEY_NAMES: readonly ProgramKey[] = Object.keys(PROGRAM_KEYS).filter(isProgramKey);

/** A key's row, with the general type. */
export const programKeyRow = (key: ProgramKey): ProgramKeyRow => PROGRAM_KEYS[key];

/** Settings that the program computes unless they are configured. */
export const OVERRIDABLE_SETTINGS = ['PUBLIC_BASE_URL', 'EASY_AUTH'] as const satisfies SettingName[];

/** Their meaning for the program; the settings table has the meaning for the backend. */
const OVERRIDES: Readonly<Record<string, string>> = {
  PUBLIC_BASE_URL:
    'Public address: a custom domain that you bound, or a proxy in front of the app; empty: the address that Azure assigns.',
  EASY_AUTH: 'Whether Entra sign-in is required in front of the backend.',
};

/** The value on Azure if nothing is configured; empty if there is no default. */
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
 * `config:` of Pulumi.yaml. It deliberately has no secrets: the CLI would demand a declared key without a default already
 * for the platform, and it refuses a secret with a default (sdk/go/common/workspace/config.go of Pulumi 3, read 2026-11-25).
 * The program itself refuses a secret that is missing or in plain text.
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
