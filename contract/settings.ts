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
 * `config`: the operator's plain choice. `secret`: the operator's secret, only ever passed by reference.
 */
export type SettingSource = 'aws' | 'azure' | 'config' | 'secret';

/** How the text of an environment variable is to be read. */
export type SettingKind = 'text' | 'boolean' | 'integer' | 'url';

/** What of the other values decides which settings are needed. */
export interface Circumstances {
  readonly hasReplica: boolean;
  readonly isRecording: boolean;
  readonly publicBaseUrl: string | undefined;
  /** Undefined: its value is wrong, so nothing follows from it. */
  readonly easyAuth: boolean | undefined;
  /** RECORDINGS_ACCESS is web-identity, and recording is on. */
  readonly looksByWebIdentity: boolean;
}

/** When the backend cannot start without a setting. */
export interface Requirement {
  readonly when: (circumstances: Circumstances) => boolean;
  /** The same in words, for the tables: `required <words>`. */
  readonly words: string;
  /** Completes "missing", where the meaning alone does not say why it is needed just now. */
  readonly although?: string;
}

export interface Setting {
  readonly source: SettingSource;
  readonly kind: SettingKind;
  /** How the text is read. Absent: the backend does not read it; a change of it only makes a new revision. */
  readonly schema?: z.ZodType;
  /** A wrong value may be a secret in a wrong place, such as a connection string: only its length is shown. */
  readonly hidesWrongValue?: true;
  /** One sentence for env.example and the guides. */
  readonly meaning: string;
  /** Why a missing or wrong value matters: the third part of an error about it. */
  readonly why: string;
  readonly example: string;
  /** Value when the variable is unset or empty; absent means that there is none. */
  readonly default?: string;
  /** A default that depends on other settings, in words; the backend's configuration decides. */
  readonly defaultWords?: string;
  /** What env.example and `npm start` set where the default is not what somebody who runs the backend wants. */
  readonly suggested?: string;
  /** What the Pulumi program sets where it is stricter than the backend's own default. */
  readonly deployedDefault?: string;
  /** Absent: optional. */
  readonly required?: Requirement;
}

/** Longest call that makes sense; Daily records up to 3 h (docs.daily.co, read 2026-11-22). */
const DAY_SEC = 86_400;
const DAY_MIN = 1440;

/** The most days that S3 takes in a lifecycle rule have ten digits; a hundred years are enough here. */
export const MOST_DAYS = 36_500;

const WHEN_RECORDING: Requirement = { words: 'when recording is on', when: ({ isRecording }) => isRecording };
const WITH_WEB_IDENTITY: Requirement = {
  words: 'when recording is on and RECORDINGS_ACCESS is web-identity',
  when: ({ looksByWebIdentity }) => looksByWebIdentity,
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
    meaning: 'Version of the API key in Key Vault; a change makes a new revision.',
    why: 'A new value of the secret would not reach the backend that runs.',
    example: '3f2c0d',
  },
  TAVUS_API_BASE_URL: {
    source: 'config',
    kind: 'url',
    schema: apiUrl,
    meaning: 'Base URL of the Tavus API.',
    why: 'The backend would send its key somewhere else, or nowhere.',
    example: VENDOR_API_BASE_URL,
    default: VENDOR_API_BASE_URL,
  },
  TAVUS_REPLICA_ID: {
    source: 'config',
    kind: 'text',
    schema: text,
    meaning: 'Replica that speaks.',
    why: 'Tavus needs a replica, or a persona that brings one along.',
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
    why: 'Whether people are recorded must not depend on a guess.',
    example: 'true',
    default: 'false',
  },
  TAVUS_RECORDING_S3_BUCKET_NAME: {
    source: 'aws',
    kind: 'text',
    schema: bucketName,
    meaning: 'Bucket that receives the recordings.',
    why: 'Recording is on, and without it no recording can be stored.',
    example: 'acme-tavus-recordings',
    required: WHEN_RECORDING,
  },
  TAVUS_RECORDING_S3_BUCKET_REGION: {
    source: 'aws',
    kind: 'text',
    schema: region,
    meaning: 'Region of that bucket.',
    why: 'Recording is on, and Tavus fails silently on another region.',
    example: 'us-east-1',
    required: WHEN_RECORDING,
  },
  TAVUS_AWS_ASSUME_ROLE_ARN: {
    source: 'aws',
    kind: 'text',
    schema: roleArn,
    meaning: 'Role that Tavus assumes to write into the bucket.',
    why: 'Recording is on, and without it Tavus may not write into the bucket.',
    example: 'arn:aws:iam::111122223333:role/...',
    required: WHEN_RECORDING,
  },
  RECORDINGS_RETENTION_DAYS: {
    source: 'aws',
    kind: 'integer',
    schema: integer(1, MOST_DAYS),
    meaning: 'Days after which the bucket expires a recording.',
    why: 'A recording that expired on its day could not be told from one that disappeared.',
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
    why: 'The backend may not look into the bucket.',
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
    why: 'Tavus ignores a form that it does not know, and records nothing.',
    example: 'flat',
    default: 'flat',
  },
  TAVUS_REQUIRE_RECORDING_CONSENT: {
    source: 'config',
    kind: 'boolean',
    schema: boolean,
    meaning: 'Whether a conversation without recorded consent stays unrecorded.',
    why: 'Whether consent is asked for must not depend on a guess.',
    example: 'true',
    default: 'false',
    deployedDefault: 'true',
  },
  TAVUS_RECORDING_CONSENT_VERSIONS: {
    source: 'config',
    kind: 'text',
    schema: textVersions,
    meaning:
      'Versions of the consent texts of your own front end, separated by commas; those of `/qa` are known.',
    why: 'A start that names any other version of a consent text is refused.',
    example: '2027-01,2027-03',
  },
  TAVUS_MAX_CALL_DURATION_SEC: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, DAY_SEC),
    meaning: 'Longest call in seconds. Without one Tavus decides; on Azure there is always one.',
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
    meaning: 'Seconds until a call ends that nobody joined.',
    why: 'A call without its limit bills until Tavus ends it.',
    example: '120',
    deployedDefault: '120',
  },
  TAVUS_REQUIRE_AUTH: {
    source: 'config',
    kind: 'boolean',
    schema: boolean,
    meaning: 'Whether the room asks for a meeting token.',
    why: 'Whether a room is open to all must not depend on a guess.',
    example: 'true',
    default: 'false',
    deployedDefault: 'true',
  },
  TAVUS_MAX_CONCURRENT_CONVERSATIONS: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, 10_000),
    meaning:
      'Conversations that are open at a time, whatever replica started them. On Azure there is always a cap, elsewhere none by default.',
    why: 'Without its cap the backend opens any number of paid calls.',
    example: '3',
    deployedDefault: '3',
  },
  PUBLIC_BASE_URL: {
    source: 'azure',
    kind: 'url',
    schema: origin,
    meaning: 'Address under which Tavus reaches the backend; without it no callback is asked for.',
    why: 'Tavus could not call back, and nobody would learn that a recording landed.',
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
      'Signs callback addresses: `current` or `current,previous`, so that a rotation drops no callback.',
    why: 'Anybody could announce a recording that never landed.',
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
    meaning: 'Version of the callback secrets in Key Vault; a change makes a new revision.',
    why: 'A new value of the secret would not reach the backend that runs.',
    example: '3f2c0d',
  },
  START_API_KEY: {
    source: 'secret',
    kind: 'text',
    schema: headerSecret,
    meaning: 'Key that a caller of /tavus/start must send.',
    why: 'Anybody could start conversations at our cost.',
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
    meaning: 'Version of the start key in Key Vault; a change makes a new revision.',
    why: 'A new value of the secret would not reach the backend that runs.',
    example: '3f2c0d',
  },
  EASY_AUTH: {
    source: 'azure',
    kind: 'boolean',
    schema: boolean,
    meaning:
      'Whether the Container Apps authentication is trusted while it is seen in front of the backend; else nothing is started.',
    why: 'Whether callers are known must not depend on a guess.',
    example: 'true',
    default: 'false',
  },
  LEDGER_URL: {
    source: 'azure',
    kind: 'url',
    schema: ledgerUrl,
    hidesWrongValue: true,
    meaning:
      'Where the ledger of conversations is kept: `file:<path>` for one backend, or a table in Azure Tables, `https://<account>.table.core.windows.net/<table>`.',
    why: 'What is known of conversations would be lost, or written to another place.',
    example: 'https://acmerecordings.table.core.windows.net/ledger',
    defaultWords: 'in memory: forgotten when the backend ends',
    suggested: 'file:.data/ledger.sqlite',
  },
  AZURE_CLIENT_ID: {
    source: 'azure',
    kind: 'text',
    schema: guid('is not the client id of an identity (a GUID)'),
    meaning:
      "Client id of the backend's managed identity, by which it reaches the ledger's table and the bucket.",
    why: 'The backend would ask for the tokens of another identity, or of none.',
    example: '11111111-2222-4333-8444-555555555555',
    defaultWords: "the app's own (system-assigned) identity",
  },
  RECORDINGS_ACCESS: {
    source: 'azure',
    kind: 'text',
    schema: z.enum(RECORDINGS_ACCESS, { error: `is none of ${RECORDINGS_ACCESS.join(', ')}` }),
    meaning:
      'How the backend reads the bucket: `none`, `web-identity` (its managed identity assumes the reader role) or `default-chain` (AWS credentials of its surroundings; not on Container Apps).',
    why: 'Whether recordings are verified in the bucket must not depend on a guess.',
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
    meaning: 'Application ID URI of the Entra application for which the backend gets tokens for AWS.',
    why: 'AWS trusts tokens for this application only.',
    example: 'api://11111111-2222-4333-8444-555555555555',
    required: WITH_WEB_IDENTITY,
  },
  OPERATOR_KEY: {
    source: 'secret',
    kind: 'text',
    schema: headerSecret,
    meaning: 'Key that opens `/recordings` without a sign-in; never the start key.',
    why: 'Recordings could be watched by others than operators.',
    example: 'openssl rand -base64 32',
  },
  OPERATOR_KEY_VERSION: {
    source: 'azure',
    kind: 'text',
    meaning: 'Version of the operator key in Key Vault; a change makes a new revision.',
    why: 'A new value of the secret would not reach the backend that runs.',
    example: '3f2c0d',
  },
  RECORDING_DEADLINE_MIN: {
    source: 'config',
    kind: 'text',
    schema: positive(DAY_MIN),
    meaning:
      'Minutes after the end of a call until a recording that has not come is told as missing; long recordings get a quarter of their time.',
    why: 'When a missing recording is told must not depend on a guess.',
    example: '15',
    default: '15',
  },
  LEDGER_RETENTION_DAYS: {
    source: 'config',
    kind: 'integer',
    schema: integer(400, 36_500),
    meaning:
      'Days for which the ledger knows of a conversation after its recording was last known to exist; longer where the bucket keeps it longer.',
    why: 'What became of a recording must be known for as long as somebody may ask for it.',
    example: '400',
    default: '400',
  },
  PROOF_MAX_AGE_DAYS: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, 365),
    meaning:
      'Days after which a missing proof is told, once a proof has been made: `recordings prove` runs weekly.',
    why: 'Proofs could stop without a word.',
    example: '8',
    default: '8',
  },
  RECEIPT_RETENTION_DAYS: {
    source: 'config',
    kind: 'integer',
    schema: integer(1, 36_500),
    meaning: 'Days for which the ledger keeps receipts of erasures and of released holds.',
    why: 'That something was erased must be shown for as long as somebody may ask.',
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
    why: 'Nobody could reach the backend.',
    example: '0.0.0.0',
    defaultWords: '`127.0.0.1` without START_API_KEY and EASY_AUTH, else `0.0.0.0`',
    deployedDefault: '0.0.0.0',
  },
  TRUSTED_PROXIES: {
    source: 'config',
    kind: 'text',
    schema: networks,
    meaning:
      'Addresses or CIDRs, with commas, of proxies whose X-Forwarded-For is believed, beside private addresses.',
    why: 'All callers behind a proxy would share one limit, or each could choose the address it is counted by.',
    example: '198.51.100.0/24',
  },
  FRONT_DOOR_ID: {
    source: 'config',
    kind: 'text',
    schema: guid('is not the id of a Front Door (a GUID)'),
    meaning:
      'Id of the Azure Front Door by which all requests must come, but for health and callbacks; its X-Azure-ClientIP is then believed.',
    why: 'What Front Door keeps out could be sent past it.',
    example: '11111111-2222-4333-8444-555555555555',
  },
  PORT: {
    source: 'config',
    kind: 'integer',
    schema: integer(0, 65_535),
    meaning: 'Port to listen on.',
    why: 'Nobody could reach the backend.',
    example: '8080',
    default: '8080',
  },
  LOG_LEVEL: {
    source: 'config',
    kind: 'text',
    schema: logLevel,
    meaning:
      'Least severe level that is logged; consent and what became of a recording are logged at any level.',
    why: 'What happened would not be in the log.',
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

/** Those without which no recording can be stored: every hand-over has them. */
export const STORAGE_SETTINGS = [
  'TAVUS_RECORDING_S3_BUCKET_NAME',
  'TAVUS_RECORDING_S3_BUCKET_REGION',
  'TAVUS_AWS_ASSUME_ROLE_ARN',
] as const satisfies readonly AwsSetting[];
export type StorageSetting = (typeof STORAGE_SETTINGS)[number];

/** Values by name: each that a recording needs, and of the others those that the stack has. */
export type AwsValues<Value> = Readonly<
  Record<StorageSetting, Value> & Partial<Record<Exclude<AwsSetting, StorageSetting>, Value>>
>;

/** The settings that only ever travel by reference. */
export type SecretSetting = NamesFrom<'secret'>;

/** The operator's plain choices. */
export type ConfigSetting = NamesFrom<'config'>;

/** The settings that the backend reads; the others only matter to the program that deploys it. */
export type ReadSetting = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { readonly schema: z.ZodType } ? Name : never;
}[SettingName];

/** What each setting's text becomes; undefined when it is unset without a default, or wrong. */
export type SettingValues = {
  readonly [Name in ReadSetting]: z.output<(typeof SETTINGS)[Name]['schema']> | undefined;
};

/** A setting's row without its literal types: what tables and readers loop over. */
export const settingRow = (name: SettingName): Setting => SETTINGS[name];

const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name);

/** All names in the table's order. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(isSettingName);

const isFrom =
  <Source extends SettingSource>(source: Source) =>
  (name: SettingName): name is NamesFrom<Source> =>
    settingRow(name).source === source;

const isRead = (name: SettingName): name is ReadSetting => settingRow(name).schema !== undefined;

/** The settings that the backend reads. */
export const READ_SETTINGS: readonly ReadSetting[] = SETTING_NAMES.filter(isRead);

/** The values that the CDK stack hands over. */
export const AWS_SETTINGS: readonly AwsSetting[] = SETTING_NAMES.filter(isFrom('aws'));

/** The settings that the operator chooses. */
export const CONFIG_SETTINGS: readonly ConfigSetting[] = SETTING_NAMES.filter(isFrom('config'));

/** The secrets of the backend. */
export const SECRET_SETTINGS: readonly SecretSetting[] = SETTING_NAMES.filter(isFrom('secret'));

/** The settings without which the backend refuses to start, in the order in which a person would set them. */
export const requiredSettings = (circumstances: Circumstances): readonly ReadSetting[] =>
  READ_SETTINGS.filter((name) => settingRow(name).required?.when(circumstances));
