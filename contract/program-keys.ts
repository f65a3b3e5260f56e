import { pulumiConfigKey } from './names';
import {
  SETTING_NAMES,
  SETTINGS,
  type ConfigSetting,
  type SecretSetting,
  type Setting,
  type SettingName,
} from './settings';

/** One entry of `config:` in Pulumi.yaml. */
export interface ConfigEntry {
  readonly type: 'boolean' | 'integer' | 'string';
  /** The empty text stands for "not set": Pulumi asks for every declared key that has no default. */
  readonly default: boolean | number | string;
  readonly description: string;
}

/** What the program itself needs to know; all other keys are settings of the backend. */
export const PROGRAM_KEYS = {
  location: { type: 'string', default: 'westeurope', description: 'Azure region of everything.' },
  resourceGroupName: {
    type: 'string',
    default: '',
    description: 'Existing resource group to deploy into; empty: one is made.',
  },
  appName: {
    type: 'string',
    default: 'tavus-backend',
    description: 'Name of the Container App, and first part of its address.',
  },
  image: {
    type: 'string',
    default: '',
    description: 'Image by digest (registry/repository@sha256:...); empty: only the platform is made.',
  },
  cpu: {
    type: 'string',
    default: '0.5',
    description: 'vCPUs of the backend, 0.25 to 4 in steps of 0.25; it gets twice as many GiB of memory.',
  },
  handOverFile: {
    type: 'string',
    default: 'cdk-outputs.json',
    description: 'What `cdk deploy` wrote, relative to this file; read when recording is on.',
  },
  awsAccount: {
    type: 'string',
    default: '',
    description: 'AWS account that the recordings must be in; a hand-over of another one is refused.',
  },
  awsRegion: {
    type: 'string',
    default: '',
    description: 'AWS region that the recordings must be in; a hand-over of another one is refused.',
  },
  easyAuthClientId: {
    type: 'string',
    default: '',
    description: 'Client id of the Entra app registration that people sign in to; needed with easyAuth.',
  },
  alertEmail: {
    type: 'string',
    default: '',
    description: 'Who is told by e-mail when the backend is not well; empty: nobody.',
  },
  logRetentionDays: { type: 'integer', default: 90, description: 'Days that logs are kept, 30 to 730.' },
  protectData: {
    type: 'boolean',
    default: true,
    description:
      'Refuse to delete platform, app and secrets. To lift it: `pulumi config set protectData false`, `pulumi up`.',
  },
} as const satisfies Readonly<Record<string, ConfigEntry>>;

export type ProgramKey = keyof typeof PROGRAM_KEYS;

const setting = (name: SettingName): Setting => SETTINGS[name];

/** Settings that the operator chooses, in the table's order. */
export const CONFIG_SETTINGS: readonly ConfigSetting[] = SETTING_NAMES.filter(
  (name): name is ConfigSetting => setting(name).source === 'config',
);

/** Secrets of the backend, in the table's order. */
export const SECRET_SETTINGS: readonly SecretSetting[] = SETTING_NAMES.filter(
  (name): name is SecretSetting => setting(name).source === 'secret',
);

/** Settings that the program computes unless the operator knows better. */
export const OVERRIDABLE_SETTINGS = ['PUBLIC_BASE_URL', 'EASY_AUTH'] as const satisfies SettingName[];

/** What these mean to the program, where the table says what they mean to the backend. */
const OVERRIDES: Readonly<Record<string, string>> = {
  PUBLIC_BASE_URL:
    'Address of a custom domain that was bound, or of what stands in front; empty: the one that Azure gives.',
  EASY_AUTH: 'Whether people sign in with Entra before they reach the backend.',
};

const TYPES = { boolean: 'boolean', integer: 'integer', text: 'string', url: 'string' } as const;

/** What Azure gets when nothing is configured, as text; empty when there is nothing. */
export const deployedDefault = (name: SettingName): string =>
  setting(name).deployedDefault ?? setting(name).default ?? '';

function entryOf(name: SettingName): ConfigEntry {
  const { kind, meaning } = setting(name);
  const text = deployedDefault(name);
  const value = kind === 'boolean' ? text === 'true' : kind === 'integer' ? Number(text) : text;
  return { type: TYPES[kind], default: value, description: OVERRIDES[name] ?? meaning };
}

/**
 * `config:` of Pulumi.yaml. The secrets are not in it, on purpose: a declared key without a default is asked for
 * before the platform is there, and a secret one with a default is refused by the CLI (sdk/go/common/workspace/config.go
 * of Pulumi 3, read 2026-11-25). The program itself refuses a secret that is missing or in plain text.
 */
export const CONFIG_ENTRIES: Readonly<Record<string, ConfigEntry>> = {
  ...PROGRAM_KEYS,
  ...Object.fromEntries(
    [...OVERRIDABLE_SETTINGS, ...CONFIG_SETTINGS].map((name) => [pulumiConfigKey(name), entryOf(name)]),
  ),
};
