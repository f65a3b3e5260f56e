import * as z from 'zod';
import { bucketName, keyArn, region, roleArn } from './aws-values';
import { AUDIENCE } from './backend-identity';
import { ledgerUrl } from './ledger-url';
import {
  apiUrl,
  boolean,
  callbackSecrets,
  guid,
  headerSecret,
  integer,
  logLevel,
  matching,
  networks,
  origin,
  positive,
  text,
  textVersions,
  vendorKey,
} from './schemas';
import { VENDOR_API_BASE_URL, VENDOR_ROOM_ORIGIN } from './vendor-facts';

/**
 * Where a setting's value comes from.
 * `aws`: an output of the CDK stack, handed over in a file. `azure`: computed or configured by the Pulumi program.
 * `config`: chosen by the operator. `secret`: the operator's secret, only passed by reference.
 */
export type SettingSource = 'aws' | 'azure' | 'config' | 'secret';

/** The type of a setting's value. */
export type SettingKind = 'text' | 'boolean' | 'integer' | 'url';

/** The values that decide which settings are required. */
export interface Circumstances {
  readonly hasReplica: boolean;
  readonly isRecording: boolean;
  readonly publicBaseUrl: string | undefined;
  /** Undefined if its value is wrong; then nothing follows from it. */
  readonly easyAuth: boolean | undefined;
  /** RECORDINGS_ACCESS is web-identity, and recording is on. */
  readonly readsByWebIdentity: boolean;
}

/** When a setting is required. */
export interface Requirement {
  readonly when: (circumstances: Circumstances) => boolean;
  /** The same in words, for the tables: `required <words>`. */
  readonly words: string;
  /** Completes "missing" with the reason why the setting is required. */
  readonly although?: string;
}

export interface Setting {
  readonly source: SettingSource;
  readonly kind: SettingKind;
  /** Parses the text. Absent if the backend does not read the setting; then a change only creates a new revision. */
  readonly schema?: z.ZodType;
  /** A wrong value may be a misplaced secret, such as a connection string, so errors show only its length. */
  readonly hidesWrongValue?: true;
  /** One sentence for env.example and the guides. */
  readonly meaning: string;
  /** Why a missing or wrong value matters; part of its error. */
  readonly why: string;
  readonly example: string;
  /** Value of an unset or empty variable. Absent: no default. */
  readonly default?: string;
  /** A default that depends on other settings, in words; `app/config.ts` computes it. */
  readonly defaultWords?: string;
  /** Value in env.example and for `npm start`, where the default is not useful. */
  readonly suggested?: string;
  /** Default on Azure, where it is stricter than the backend's own. */
  readonly deployedDefault?: string;
  /** Absent: optional. */
  readonly required?: Requirement;
}

/** Longest call that is accepted; Daily records up to 3 h (docs.daily.co, read 2026-11-22). */
const DAY_SEC = 86_400;
const DAY_MIN = 1440;

/** A hundred years. S3's own limit in a lifecycle rule has ten digits. */
export const MOST_DAYS = 36_500;

const WHEN_RECORDING: Requirement = { words: 'when recording is on', when: ({ isRecording }) => isRecording };
const WITH_WEB_IDENTITY: Requirement = {
  words: 'when recording is on and RECORDINGS_ACCESS is web-identity',
  when: ({ readsByWebIdentity }) => readsByWebIdentity,
  although: ' although RECORDINGS_ACCESS is web-identity',
};

/** Ways to read the bucket. */
export const RECORDINGS_ACCESS = ['none', 'web-identity', 'default-chain'] as const;

/**
 * Every setting of the product, keyed by its environment variable. The CDK output ids, Pulumi config keys,
 * Container Apps secret names, env.example and the guides' tables are derived from this table.
 */
export const SETTINGS = {
  TAVUS_API_KEY: {
    source: 'secret',
    kind: 'text',
    schema: vendorKey,
    meaning: 'Key for the Tavus API.',
    why: 'The backend cannot start a conversation.',
    example: 'tvsk_...',
    required: { words: 'always', when: () => true },
  },
  TAVUS_API_KEY_VERSION: {
    source: 'azure',
    kind: 'text',
    meaning: 'Version of the API key in Key Vault; a change creates a new revision.',
    why: 'A new value of the secret would not reach the running backend.',
    example: '3f2c0d',
  },
  TAVUS_API_BASE_URL: {
    source: 'config',
    kind: 'url',
    schema: apiUrl,
    meaning: 'Base URL of the Tavus API.',
    why: 'The backend would send its key to the wrong address.',
    example: VENDOR_API_BASE_URL,
    default: VENDOR_API_BASE_URL,
  },
  TAVUS_REPLICA_ID: {
    source: 'config',
    kind: 'text',
    schema: text,
    meaning: 'Replica that speaks.',
    why: 'Tavus needs a replica, or a persona that has one.',
    example: 'r79e1c033f',
    required: { words: 'unless TAVUS_PERSONA_ID is set', when: () => false },
  },
  TAVUS_PERSONA_ID: {
    source: 'config',
    kind: 'text',
    schema: text,
    meaning: 'Persona that the replica plays.',
    why: 'Tavus needs a persona, or a replica.',
    example: 'p5317866',
    required: {
      words: 'unless TAVUS_REPLICA_ID is set',
      when: ({ hasReplica }) => !hasReplica,
      although: ', and so is TAVUS_REPLICA_ID',
    },
  },
  TAVUS_ENABLE_RECORDING: {
    source: 'config',
    kind: 'boolean',
    schema: boolean,
    meaning: 'Whether conversations are recorded into our bucket.',
    why: 'People could be recorded unintentionally, or not at all.',
    example: 'true',
    default: 'false',
  },
  TAVUS_RECORDING_S3_BUCKET_NAME: {
    source: 'aws',
    kind: 'text',
    schema: bucketName,
    meaning: 'Bucket that receives the recordings.',
    why: 'Recording is on, and recordings need a bucket.',
    example: 'acme-tavus-recordings',
    required: WHEN_RECORDING,
  },
  TAVUS_RECORDING_S3_BUCKET_REGION: {
    source: 'aws',
    kind: 'text',
    schema: region,
    meaning: 'Region of that bucket.',
    why: 'Recording is on, and with a wrong region Tavus fails silently.',
    example: 'us-east-1',
    required: WHEN_RECORDING,
  },
  TAVUS_AWS_ASSUME_ROLE_ARN: {
    source: 'aws',
    kind: 'text',
    schema: roleArn,
    meaning: 'Role that Tavus assumes to write into the bucket.',
    why: 'Recording is on, and Tavus needs a role to write into the bucket.',
    example: 'arn:aws:iam::111122223333:role/...',
    required: WHEN_RECORDING,
  },
  RECORDINGS_RETENTION_DAYS: {
    source: 'aws',
    kind: 'integer',
    schema: integer(1, MOST_DAYS),
    meaning: 'Days after which the bucket expires a recording.',
    why: 'The backend could not tell an expired recording from one that disappeared.',
    example: '90',
  },
  RECORDINGS_NONCURRENT_DAYS: {
    source: 'aws',
    kind: 'integer',
    schema: integer(1, MOST_DAYS),
    meaning: 'Days after which the bucket deletes an expired, overwritten or deleted version for good.',
    why: 'The ledger would forget a conversation before its recording is gone.',
    example: '7',
  },
  RECORDINGS_ENCRYPTION: {
    source: 'aws',
    kind: 'text',
    schema: z.enum(['s3', 'kms'], { error: 'is neither s3 nor kms' }),
    meaning: 'Encryption that a new recording must have: `s3` (SSE-S3) or `kms` (a customer key).',
    why: 'A recording with another encryption would not be noticed.',
    example: 's3',
  },
  RECORDINGS_KEY_ARN: {
    source: 'aws',
    kind: 'text',
    schema: keyArn,
    meaning: 'Customer key that a new recording must be encrypted with.',
    why: 'A recording encrypted with another key would not be noticed.',
    example: 'arn:aws:kms:us-east-1:111122223333:key/...',
  },
  RECORDINGS_READER_ROLE_ARN: {
    source: 'aws',
    kind: 'text',
    schema: roleArn,
    meaning: 'Role that the backend assumes to read the bucket.',
    why: 'The backend cannot read the bucket.',
    example: 'arn:aws:iam::111122223333:role/...',
    required: WITH_WEB_IDENTITY,
  },
  RECORDINGS_HOLDS_BUCKET_NAME: {
    source: 'aws',
    kind: 'text',
    schema: bucketName,
    meaning: 'Bucket with the copies of recordings that are on hold.',
    why: 'A recording on hold could not be played after the original expired.',
    example: 'acme-tavus-holds',
  },
  TAVUS_RECORDING_STORAGE_FORMAT: {
    source: 'config',
    kind: 'text',
    schema: z.enum(['flat', 'recording_storage'], {
      error: 'is neither flat nor recording_storage',
    }),
    meaning: 'Form of the storage fields in the request: `flat` or `recording_storage`.',
    why: 'Tavus ignores an unknown form, and records nothing.',
    example: 'flat',
    default: 'flat',
  },
  TAVUS_REQUIRE_RECORDING_CONSENT: {
    source: 'config',
    kind: 'boolean',
    schema: boolean,
    meaning: 'Whether a conversation is recorded only with consent.',
    why: 'People could be recorded without consent.',
    example: 'true',
    default: 'false',
    deployedDefault: 'true',
  },
  TAVUS_RECORDING_CONSENT_VERSIONS: {
    source: 'config',
    kind: 'text',
    schema: textVersions,
    meaning:
      'Versions of the consent texts of your own front end, separated by commas; those of `/qa` are built in.',
    why: 'The backend refuses a start with an unknown version of the consent text.',
    example: '2027-01,2027-03',
  },
  TAVUS_MAX_CALL_DURATION_SEC: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, DAY_SEC),
    meaning: 'Longest call in seconds. Without it the limit of Tavus applies.',
    why: 'A call without its limit bills until Tavus ends it.',
    example: '1800',
    deployedDefault: '1800',
  },
  TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC: {
    source: 'config',
    kind: 'integer',
    schema: integer(0, DAY_SEC),
    meaning: 'Seconds until a call ends after the last person left.',
    why: 'A call without its limit bills until Tavus ends it.',
    example: '30',
    deployedDefault: '30',
  },
  TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, DAY_SEC),
    meaning: 'Seconds until a call without participants ends.',
    why: 'A call without its limit bills until Tavus ends it.',
    example: '120',
    deployedDefault: '120',
  },
  TAVUS_REQUIRE_AUTH: {
    source: 'config',
    kind: 'boolean',
    schema: boolean,
    meaning: 'Whether the room asks for a meeting token.',
    why: 'Anyone with the address could join the room.',
    example: 'true',
    default: 'false',
    deployedDefault: 'true',
  },
  TAVUS_MAX_CONCURRENT_CONVERSATIONS: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, 10_000),
    meaning: 'Maximum number of open conversations, counted over all replicas. Without it there is no limit.',
    why: 'Without a limit the backend opens any number of paid calls.',
    example: '3',
    deployedDefault: '3',
  },
  PUBLIC_BASE_URL: {
    source: 'azure',
    kind: 'url',
    schema: origin,
    meaning: 'Public address of the backend; without it the backend requests no callbacks from Tavus.',
    why: 'Without callbacks the backend does not learn from Tavus that a recording landed.',
    example: 'https://recordings.example.com',
    required: {
      words: 'with EASY_AUTH',
      when: ({ publicBaseUrl, easyAuth }) => easyAuth === true && publicBaseUrl === undefined,
      although: ' although EASY_AUTH is true',
    },
  },
  CALLBACK_SECRETS: {
    source: 'secret',
    kind: 'text',
    schema: callbackSecrets,
    meaning:
      'Signs callback addresses: `current` or `current,previous`, so that a rotation loses no callback.',
    why: 'Anyone could announce a recording that does not exist.',
    example: 'openssl rand -base64 32',
    required: {
      words: 'with PUBLIC_BASE_URL',
      when: ({ publicBaseUrl }) => publicBaseUrl !== undefined,
      although: ' although PUBLIC_BASE_URL is set',
    },
  },
  CALLBACK_SECRETS_VERSION: {
    source: 'azure',
    kind: 'text',
    meaning: 'Version of the callback secrets in Key Vault; a change creates a new revision.',
    why: 'A new value of the secret would not reach the running backend.',
    example: '3f2c0d',
  },
  START_API_KEY: {
    source: 'secret',
    kind: 'text',
    schema: headerSecret,
    meaning: 'Key that a caller of /tavus/start must send.',
    why: 'Anyone could start conversations at our cost.',
    example: 'openssl rand -base64 32',
    required: {
      words: 'with an https PUBLIC_BASE_URL, unless EASY_AUTH is true',
      when: ({ publicBaseUrl, easyAuth }) =>
        publicBaseUrl?.startsWith('https:') === true && easyAuth === false,
      although: ' although PUBLIC_BASE_URL is public and EASY_AUTH is not true',
    },
  },
  START_API_KEY_VERSION: {
    source: 'azure',
    kind: 'text',
    meaning: 'Version of the start key in Key Vault; a change creates a new revision.',
    why: 'A new value of the secret would not reach the running backend.',
    example: '3f2c0d',
  },
  EASY_AUTH: {
    source: 'azure',
    kind: 'boolean',
    schema: boolean,
    meaning:
      'Whether the Container Apps authentication identifies callers. The backend refuses starts while it does not see that authentication in front of it.',
    why: 'Anyone could pretend to be a signed-in caller.',
    example: 'true',
    default: 'false',
  },
  LEDGER_URL: {
    source: 'azure',
    kind: 'url',
    schema: ledgerUrl,
    hidesWrongValue: true,
    meaning:
      'Where the ledger is stored: `file:<path>` for one backend, or `https://<account>.table.core.windows.net/<table>`.',
    why: 'The history of conversations would be lost, or written to the wrong location.',
    example: 'https://acmerecordings.table.core.windows.net/ledger',
    defaultWords: 'in memory: forgotten when the backend ends',
    suggested: 'file:.data/ledger.sqlite',
  },
  AZURE_CLIENT_ID: {
    source: 'azure',
    kind: 'text',
    schema: guid('is not the client id of an identity (a GUID)'),
    meaning: "Client id of the backend's managed identity, used for the ledger's table and the bucket.",
    why: 'The backend would request tokens of the wrong identity.',
    example: '11111111-2222-4333-8444-555555555555',
    defaultWords: "the app's own (system-assigned) identity",
  },
  RECORDINGS_ACCESS: {
    source: 'azure',
    kind: 'text',
    schema: z.enum(RECORDINGS_ACCESS, { error: `is not one of ${RECORDINGS_ACCESS.join(', ')}` }),
    meaning:
      "How the backend reads the bucket: `none`, `web-identity` (its managed identity assumes the reader role) or `default-chain` (the AWS SDK's default credentials; not on Container Apps).",
    why: 'Recordings would not be verified in the bucket.',
    example: 'web-identity',
    default: 'none',
  },
  AWS_WEB_IDENTITY_AUDIENCE: {
    source: 'config',
    kind: 'text',
    schema: matching(
      AUDIENCE,
      'is not the URI of an application such as api://11111111-2222-4333-8444-555555555555',
    ),
    meaning: 'Application ID URI of the Entra application that backend tokens for AWS have as audience.',
    why: 'AWS accepts only tokens with this audience.',
    example: 'api://11111111-2222-4333-8444-555555555555',
    required: WITH_WEB_IDENTITY,
  },
  OPERATOR_KEY: {
    source: 'secret',
    kind: 'text',
    schema: headerSecret,
    meaning: 'Key that opens `/recordings` without a sign-in; never the start key.',
    why: 'The wrong people could watch recordings.',
    example: 'openssl rand -base64 32',
  },
  OPERATOR_KEY_VERSION: {
    source: 'azure',
    kind: 'text',
    meaning: 'Version of the operator key in Key Vault; a change creates a new revision.',
    why: 'A new value of the secret would not reach the running backend.',
    example: '3f2c0d',
  },
  RECORDING_DEADLINE_MIN: {
    source: 'config',
    kind: 'text',
    schema: positive(DAY_MIN),
    meaning:
      'Minutes after the end of a call until the backend reports a recording as missing; for a long recording at least a quarter of its length.',
    why: 'Missing recordings would be reported too early or too late.',
    example: '15',
    default: '15',
  },
  LEDGER_RETENTION_DAYS: {
    source: 'config',
    kind: 'integer',
    schema: integer(400, 36_500),
    meaning:
      'Days for which the ledger keeps a conversation after its recording last existed; longer if the bucket keeps the recording longer.',
    why: 'The ledger would lose the history of a recording too early.',
    example: '400',
    default: '400',
  },
  PROOF_MAX_AGE_DAYS: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, 365),
    meaning:
      'Days after the last passed proof until the backend reports a proof as overdue; `recordings prove` should run weekly.',
    why: 'It would not be noticed that proofs stopped.',
    example: '8',
    default: '8',
  },
  RECEIPT_RETENTION_DAYS: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, 36_500),
    meaning: 'Days for which the ledger keeps receipts of erasures and of released holds.',
    why: 'An erasure could not be shown later.',
    example: '1095',
    default: '1095',
  },
  ROOM_ORIGIN: {
    source: 'config',
    kind: 'url',
    schema: origin,
    meaning: 'Origin of the rooms that the pages embed.',
    why: 'The pages would not show the room.',
    example: VENDOR_ROOM_ORIGIN,
    default: VENDOR_ROOM_ORIGIN,
  },
  HOST: {
    source: 'config',
    kind: 'text',
    schema: text,
    meaning: 'Address to listen on.',
    why: 'The backend could not be reached.',
    example: '0.0.0.0',
    defaultWords: '`127.0.0.1` without START_API_KEY and EASY_AUTH, else `0.0.0.0`',
    deployedDefault: '0.0.0.0',
  },
  TRUSTED_PROXIES: {
    source: 'config',
    kind: 'text',
    schema: networks,
    meaning:
      'Addresses or CIDRs, separated by commas, of proxies whose X-Forwarded-For is trusted; private addresses always are.',
    why: 'All callers behind a proxy would share one limit, or callers could forge their address.',
    example: '198.51.100.0/24',
  },
  FRONT_DOOR_ID: {
    source: 'config',
    kind: 'text',
    schema: guid('is not the id of a Front Door (a GUID)'),
    meaning:
      'Id of the Azure Front Door that all requests must come through, except health checks and callbacks; the backend then trusts its X-Azure-ClientIP.',
    why: 'Requests could bypass Front Door and its rules.',
    example: '11111111-2222-4333-8444-555555555555',
  },
  PORT: {
    source: 'config',
    kind: 'integer',
    schema: integer(0, 65_535),
    meaning: 'Port to listen on.',
    why: 'The backend could not be reached.',
    example: '8080',
    default: '8080',
  },
  LOG_LEVEL: {
    source: 'config',
    kind: 'text',
    schema: logLevel,
    meaning: 'Least severe level that is logged; consent and the outcome of a recording are always logged.',
    why: 'Needed lines would be missing from the log.',
    example: 'info',
    default: 'info',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

type NamesFrom<Source extends SettingSource> = {
  [Name in SettingName]: (typeof SETTINGS)[Name]['source'] extends Source ? Name : never;
}[SettingName];

/** Settings that the CDK stack hands over. */
export type AwsSetting = NamesFrom<'aws'>;

/** Settings that every hand-over has: no recording can be stored without them. */
export const STORAGE_SETTINGS = [
  'TAVUS_RECORDING_S3_BUCKET_NAME',
  'TAVUS_RECORDING_S3_BUCKET_REGION',
  'TAVUS_AWS_ASSUME_ROLE_ARN',
] as const satisfies readonly AwsSetting[];
export type StorageSetting = (typeof STORAGE_SETTINGS)[number];

/** Values by name: always those of {@link STORAGE_SETTINGS}, the others if the stack has them. */
export type AwsValues<Value> = Readonly<
  Record<StorageSetting, Value> & Partial<Record<Exclude<AwsSetting, StorageSetting>, Value>>
>;

/** Settings that are only passed by reference. */
export type SecretSetting = NamesFrom<'secret'>;

/** Settings that the operator chooses. */
export type ConfigSetting = NamesFrom<'config'>;

/** Settings that the backend reads; the others matter only for the deployment. */
export type ReadSetting = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { readonly schema: z.ZodType } ? Name : never;
}[SettingName];

/** The parsed value of each setting; undefined if it is wrong, or unset without a default. */
export type SettingValues = {
  readonly [Name in ReadSetting]: z.output<(typeof SETTINGS)[Name]['schema']> | undefined;
};

/** A setting's row, with the general type. */
export const settingRow = (name: SettingName): Setting => SETTINGS[name];

const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name);

/** All names in the table's order. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(isSettingName);

const isFrom =
  <Source extends SettingSource>(source: Source) =>
  (name: SettingName): name is NamesFrom<Source> =>
    settingRow(name).source === source;

const isRead = (name: SettingName): name is ReadSetting => settingRow(name).schema !== undefined;

export const READ_SETTINGS: readonly ReadSetting[] = SETTING_NAMES.filter(isRead);

export const AWS_SETTINGS: readonly AwsSetting[] = SETTING_NAMES.filter(isFrom('aws'));

export const CONFIG_SETTINGS: readonly ConfigSetting[] = SETTING_NAMES.filter(isFrom('config'));

export const SECRET_SETTINGS: readonly SecretSetting[] = SETTING_NAMES.filter(isFrom('secret'));

/** The required settings, in the order of the table. */
export const requiredSettings = (circumstances: Circumstances): readonly ReadSetting[] =>
  READ_SETTINGS.filter((name) => settingRow(name).required?.when(circumstances));
