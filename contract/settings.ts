import { VENDOR_API_BASE_URL, VENDOR_ROOM_ORIGIN } from './vendor-facts';

/**
 * Where a setting's value comes from.
 * `aws`: an output of the CDK stack, handed over in a file. `azure`: computed or configured by the Pulumi program.
 * `config`: the operator's plain choice. `secret`: the operator's secret, only ever passed by reference.
 */
export type SettingSource = 'aws' | 'azure' | 'config' | 'secret';

/** How the text of an environment variable is to be read. */
export type SettingKind = 'text' | 'boolean' | 'integer' | 'url';

export interface Setting {
  readonly source: SettingSource;
  readonly kind: SettingKind;
  /** One sentence for env.example and the README. */
  readonly meaning: string;
  readonly example: string;
  /** Value when the variable is unset or empty; absent means that there is none. */
  readonly default?: string;
  /** What the Pulumi program sets where it is stricter than the backend's own default. */
  readonly deployedDefault?: string;
  /** When the backend cannot start without it, in words. Absent: optional. */
  readonly required?: string;
  /** False for what only makes a new revision; the backend does not read it. */
  readonly readByApp?: false;
}

/**
 * Every setting of the product, keyed by its environment variable. The CDK output ids, Pulumi config keys,
 * Container Apps secret names, env.example and the guides' tables are derived from this table.
 */
export const SETTINGS = {
  TAVUS_API_KEY: {
    source: 'secret',
    kind: 'text',
    meaning: 'Key for the Tavus API.',
    example: 'tvsk_...',
    required: 'always',
  },
  TAVUS_API_KEY_VERSION: {
    source: 'azure',
    kind: 'text',
    meaning: 'Version of the API key in Key Vault; a change makes a new revision.',
    example: '3f2c0d',
    readByApp: false,
  },
  TAVUS_API_BASE_URL: {
    source: 'config',
    kind: 'url',
    meaning: 'Base URL of the Tavus API.',
    example: VENDOR_API_BASE_URL,
    default: VENDOR_API_BASE_URL,
  },
  TAVUS_REPLICA_ID: {
    source: 'config',
    kind: 'text',
    meaning: 'Replica that speaks.',
    example: 'r79e1c033f',
    required: 'unless TAVUS_PERSONA_ID is set',
  },
  TAVUS_PERSONA_ID: {
    source: 'config',
    kind: 'text',
    meaning: 'Persona that the replica plays.',
    example: 'p5317866',
    required: 'unless TAVUS_REPLICA_ID is set',
  },
  TAVUS_ENABLE_RECORDING: {
    source: 'config',
    kind: 'boolean',
    meaning: 'Whether conversations are recorded into our bucket.',
    example: 'true',
    default: 'false',
  },
  TAVUS_RECORDING_S3_BUCKET_NAME: {
    source: 'aws',
    kind: 'text',
    meaning: 'Bucket that receives the recordings.',
    example: 'acme-tavus-recordings',
    required: 'when recording is on',
  },
  TAVUS_RECORDING_S3_BUCKET_REGION: {
    source: 'aws',
    kind: 'text',
    meaning: 'Region of that bucket.',
    example: 'us-east-1',
    required: 'when recording is on',
  },
  TAVUS_AWS_ASSUME_ROLE_ARN: {
    source: 'aws',
    kind: 'text',
    meaning: 'Role that Tavus assumes to write into the bucket.',
    example: 'arn:aws:iam::111122223333:role/...',
    required: 'when recording is on',
  },
  TAVUS_RECORDING_STORAGE_FORMAT: {
    source: 'config',
    kind: 'text',
    meaning: 'Form of the storage fields in the request: `flat` or `recording_storage`.',
    example: 'flat',
    default: 'flat',
  },
  TAVUS_REQUIRE_RECORDING_CONSENT: {
    source: 'config',
    kind: 'boolean',
    meaning: 'Whether a conversation without recorded consent stays unrecorded.',
    example: 'true',
    default: 'false',
    deployedDefault: 'true',
  },
  TAVUS_MAX_CALL_DURATION_SEC: {
    source: 'config',
    kind: 'integer',
    meaning: 'Longest call in seconds; unset leaves it to Tavus.',
    example: '1800',
    deployedDefault: '1800',
  },
  TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC: {
    source: 'config',
    kind: 'integer',
    meaning: 'Seconds until a call ends after the last person left.',
    example: '30',
    deployedDefault: '30',
  },
  TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: {
    source: 'config',
    kind: 'integer',
    meaning: 'Seconds until a call ends that nobody joined.',
    example: '120',
    deployedDefault: '120',
  },
  TAVUS_REQUIRE_AUTH: {
    source: 'config',
    kind: 'boolean',
    meaning: 'Whether the room asks for a meeting token.',
    example: 'true',
    default: 'false',
  },
  TAVUS_MAX_CONCURRENT_CONVERSATIONS: {
    source: 'config',
    kind: 'integer',
    meaning: 'Conversations that one replica of the backend keeps open at a time; unset means no cap.',
    example: '3',
    deployedDefault: '3',
  },
  PUBLIC_BASE_URL: {
    source: 'azure',
    kind: 'url',
    meaning: 'Address under which Tavus reaches the backend; without it no callback is asked for.',
    example: 'https://recordings.example.com',
  },
  CALLBACK_SECRETS: {
    source: 'secret',
    kind: 'text',
    meaning:
      'Signs callback addresses: `current` or `current,previous`, so that a rotation drops no callback.',
    example: 'openssl rand -base64 32',
    required: 'with PUBLIC_BASE_URL',
  },
  CALLBACK_SECRETS_VERSION: {
    source: 'azure',
    kind: 'text',
    meaning: 'Version of the callback secrets in Key Vault; a change makes a new revision.',
    example: '3f2c0d',
    readByApp: false,
  },
  START_API_KEY: {
    source: 'secret',
    kind: 'text',
    meaning: 'Key that a caller of /tavus/start must send.',
    example: 'openssl rand -base64 32',
    required: 'with an https PUBLIC_BASE_URL, unless EASY_AUTH is true',
  },
  START_API_KEY_VERSION: {
    source: 'azure',
    kind: 'text',
    meaning: 'Version of the start key in Key Vault; a change makes a new revision.',
    example: '3f2c0d',
    readByApp: false,
  },
  EASY_AUTH: {
    source: 'azure',
    kind: 'boolean',
    meaning: 'Whether the Container Apps authentication in front of the backend is trusted.',
    example: 'true',
    default: 'false',
  },
  ROOM_ORIGIN: {
    source: 'config',
    kind: 'url',
    meaning: 'Origin of the rooms that the pages embed.',
    example: VENDOR_ROOM_ORIGIN,
    default: VENDOR_ROOM_ORIGIN,
  },
  HOST: {
    source: 'config',
    kind: 'text',
    meaning: 'Address to listen on.',
    example: '0.0.0.0',
    default: '0.0.0.0',
  },
  PORT: {
    source: 'config',
    kind: 'integer',
    meaning: 'Port to listen on.',
    example: '8080',
    default: '8080',
  },
  LOG_LEVEL: {
    source: 'config',
    kind: 'text',
    meaning: 'Least severe level that is logged.',
    example: 'info',
    default: 'info',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

type NamesFrom<Source extends SettingSource> = {
  [Name in SettingName]: (typeof SETTINGS)[Name]['source'] extends Source ? Name : never;
}[SettingName];

/** The values that the CDK stack hands over. */
export type AwsSetting = NamesFrom<'aws'>;

/** The settings that only ever travel by reference. */
export type SecretSetting = NamesFrom<'secret'>;

/** The operator's plain choices. */
export type ConfigSetting = NamesFrom<'config'>;

/** The settings that the backend reads; the others only matter to the program that deploys it. */
export type ReadSetting = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { readonly readByApp: false } ? never : Name;
}[SettingName];

const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name);
const isAwsSetting = (name: SettingName): name is AwsSetting => SETTINGS[name].source === 'aws';

/** All names in the table's order. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(isSettingName);

/** Names of the values that the CDK stack hands over, in the table's order. */
export const AWS_SETTING_NAMES: readonly AwsSetting[] = SETTING_NAMES.filter(isAwsSetting);
