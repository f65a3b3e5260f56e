import { accountOfRole } from '../contract/aws-values';
import { CONSENT_TEXT_VERSIONS } from '../contract/consent-text';
import type { LedgerLocation } from '../contract/ledger-url';
import { misreadNames, unknownNames } from '../contract/misread-names';
import { formatValue, problem, ProblemsError } from '../contract/problem';
import { readProxy, type Proxy } from '../contract/proxy';
import { missingFault, readSettings, type SettingFault } from '../contract/read-settings';
import type { LogLevel } from '../contract/schemas';
import { settingFix } from '../contract/setting-fix';
import { READ_SETTINGS, settingRow, type ReadSetting, type SettingValues } from '../contract/settings';
import { recordingConfig, tavusConfig, type RecordingConfig, type TavusConfig } from './tavus/config';

/** The environment, checked. */
export interface Config {
  readonly tavus: TavusConfig;
  /** Proxy for requests to Tavus and to our own public address. Undefined: no proxy. */
  readonly proxy: Proxy | undefined;
  /** Undefined: recording is off, whatever else is set. */
  readonly recording: RecordingConfig | undefined;
  /** How the bucket is read. Undefined: the backend does not read it and relies on Tavus's callbacks. */
  readonly access: BucketAccessConfig | undefined;
  readonly operatorKey: string | undefined;
  readonly requireConsent: boolean;
  /** Consent text versions that a start may name: those of `/qa` and those of your own front end. */
  readonly consentTextVersions: readonly string[];
  /** Cap for all replicas that share this ledger. Undefined: no cap. */
  readonly maxConcurrentConversations: number | undefined;
  /** Origin at which Tavus reaches us. Undefined: conversations are created without a callback address. */
  readonly publicBaseUrl: string | undefined;
  /** Current first, then the previous one; may be empty. */
  readonly callbackSecrets: readonly string[];
  readonly startApiKey: string | undefined;
  readonly easyAuth: boolean;
  /** Addresses and CIDRs, in addition to the private ranges. */
  readonly trustedProxies: readonly string[];
  /** Undefined: requests need not pass a Front Door. */
  readonly frontDoorId: string | undefined;
  readonly ledger: LedgerConfig;
  readonly watch: WatchConfig;
  readonly roomOrigin: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Environment variables that look like settings but are unknown. */
  readonly unknownNames: readonly string[];
}

/** The identity that reads the bucket. */
export type BucketAccessConfig = BucketLocation &
  (
    | {
        readonly kind: 'web-identity';
        readonly roleArn: string;
        /** Application ID URI. */
        readonly audience: string;
        /** Client id of the managed identity. Undefined: the app's system-assigned identity. */
        readonly clientId: string | undefined;
      }
    | {
        readonly kind: 'default-chain';
        /** Role to assume with the credentials found. Undefined: those credentials read the bucket directly. */
        readonly roleArn: string | undefined;
        /**
         * Whether to query the EC2 metadata service. Outside EC2 it costs seconds, or returns another machine's
         * credentials.
         */
        readonly asksMachine: boolean;
      }
  );

/** The bucket to read. */
export interface BucketLocation {
  readonly bucket: string;
  readonly region: string;
  /** Sent as the expected owner with every request, so that a bucket in another account is never read. */
  readonly account: string;
  /** Bucket with the copies of recordings on hold. Undefined: there is none. */
  readonly holdsBucket: string | undefined;
}

/** Where the ledger is, and the identity that opens it. */
export interface LedgerConfig {
  /** Undefined: in memory. */
  readonly location: LedgerLocation | undefined;
  /** Client id of the managed identity. Undefined: the app's system-assigned identity. */
  readonly clientId: string | undefined;
}

/** Deadline and retention periods. */
export interface WatchConfig {
  /** Minutes after the end of the call. */
  readonly deadlineMin: number;
  readonly retentionDays: number;
  /** Age at which a missing proof raises an alert. */
  readonly proofMaxAgeDays: number;
  /** How long receipts of erasures are kept. */
  readonly receiptDays: number;
}

/** Whether a start needs a key or a sign-in. */
export const isGuarded = ({ startApiKey, easyAuth }: Pick<Config, 'easyAuth' | 'startApiKey'>): boolean =>
  startApiKey !== undefined || easyAuth;

const settingProblem = (fault: SettingFault<ReadSetting>): string =>
  problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) });

/** On a Container App the default chain could only find long-lived keys; the managed identity replaces them. */
function defaultChainOnContainerApps(env: NodeJS.ProcessEnv, access: string | undefined): string | undefined {
  if (access !== 'default-chain' || !Object.hasOwn(env, 'CONTAINER_APP_NAME')) return undefined;
  return problem({
    name: 'RECORDINGS_ACCESS',
    wrong: 'is default-chain although this is a Container App (CONTAINER_APP_NAME is set)',
    got: formatValue(access),
    why: 'Its AWS credentials could only be long-lived keys.',
    fix: 'Set it to web-identity: `pulumi up` does.',
  });
}

/** A container loses its files when it ends, and replicas do not share files. */
function fileOnContainerApps(
  env: NodeJS.ProcessEnv,
  location: LedgerLocation | undefined,
): string | undefined {
  // The platform sets it (learn.microsoft.com, read 2026-11-28).
  if (location?.kind !== 'file' || !Object.hasOwn(env, 'CONTAINER_APP_NAME')) return undefined;
  return problem({
    name: 'LEDGER_URL',
    wrong: 'is a file although this is a Container App (CONTAINER_APP_NAME is set)',
    got: formatValue(location.path),
    why: 'The next revision would lose the file, and each replica would have its own.',
    fix: 'Set it to a table in Azure Tables: `pulumi up` does.',
  });
}

/**
 * Reads the environment. No other module does.
 *
 * @param env as `process.env`; an empty or blank value counts as unset
 * @throws ProblemsError naming all problems at once, without secrets or role ARNs
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const { values, malformed, missing } = readSettings({ names: READ_SETTINGS, textOf: (name) => env[name] });
  const { proxy, problems: proxyProblems } = readProxy(env);
  const problems = [
    // First, because a misspelled name explains a missing setting.
    ...misreadNames(Object.keys(env)).map((misread) => problem(misread.problem)),
    ...[...malformed, ...missing.map(missingFault)].map(settingProblem),
    ...[
      fileOnContainerApps(env, values.LEDGER_URL),
      defaultChainOnContainerApps(env, values.RECORDINGS_ACCESS),
    ].filter((one) => one !== undefined),
    ...proxyProblems,
  ];
  if (problems.length > 0) throw new ProblemsError(problems, { title: 'The backend cannot start' });
  return {
    ...assemble(values, env[METADATA_DISABLED]?.toLowerCase() === 'false'),
    proxy,
    unknownNames: unknownNames(Object.keys(env)),
  };
}

/** AWS's variable (docs.aws.amazon.com, SDK reference, read 2026-11-28). Unset counts as true here. */
const METADATA_DISABLED = 'AWS_EC2_METADATA_DISABLED';

/** @param values checked: no required setting is missing */
function assemble(values: SettingValues, asksMachine: boolean): Omit<Config, 'proxy' | 'unknownNames'> {
  const guards = { startApiKey: values.START_API_KEY, easyAuth: required(values.EASY_AUTH) };
  return {
    tavus: tavusConfig(values),
    recording: values.TAVUS_ENABLE_RECORDING === true ? recordingConfig(values) : undefined,
    access: values.TAVUS_ENABLE_RECORDING === true ? bucketAccess(values, asksMachine) : undefined,
    operatorKey: values.OPERATOR_KEY,
    requireConsent: required(values.TAVUS_REQUIRE_RECORDING_CONSENT),
    consentTextVersions: [...CONSENT_TEXT_VERSIONS, ...(values.TAVUS_RECORDING_CONSENT_VERSIONS ?? [])],
    maxConcurrentConversations: values.TAVUS_MAX_CONCURRENT_CONVERSATIONS,
    publicBaseUrl: values.PUBLIC_BASE_URL,
    callbackSecrets: values.CALLBACK_SECRETS ?? [],
    ...guards,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    // Front Door sends it in lower case.
    frontDoorId: values.FRONT_DOOR_ID?.toLowerCase(),
    ledger: { location: values.LEDGER_URL, clientId: values.AZURE_CLIENT_ID },
    watch: {
      deadlineMin: required(values.RECORDING_DEADLINE_MIN),
      retentionDays: required(values.LEDGER_RETENTION_DAYS),
      proofMaxAgeDays: required(values.PROOF_MAX_AGE_DAYS),
      receiptDays: required(values.RECEIPT_RETENTION_DAYS),
    },
    roomOrigin: required(values.ROOM_ORIGIN),
    // Without a key or a sign-in, only this machine may connect.
    host: values.HOST ?? (isGuarded(guards) ? '0.0.0.0' : '127.0.0.1'),
    port: required(values.PORT),
    logLevel: required(values.LOG_LEVEL),
  };
}

/** @param values checked: no required setting is missing */
function bucketAccess(values: SettingValues, asksMachine: boolean): BucketAccessConfig | undefined {
  const { bucket, region, roleArn: writer } = required(recordingConfig(values));
  const location: BucketLocation = {
    bucket,
    region,
    account: required(accountOfRole(writer)),
    holdsBucket: values.RECORDINGS_HOLDS_BUCKET_NAME,
  };
  const roleArn = values.RECORDINGS_READER_ROLE_ARN;
  switch (values.RECORDINGS_ACCESS) {
    case 'web-identity':
      return {
        kind: 'web-identity',
        ...location,
        roleArn: required(roleArn),
        audience: required(values.AWS_WEB_IDENTITY_AUDIENCE),
        clientId: values.AZURE_CLIENT_ID,
      };
    case 'default-chain':
      return { kind: 'default-chain', ...location, roleArn, asksMachine };
    default:
      return undefined;
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A required setting is undefined although it was checked.');
  return value;
}
