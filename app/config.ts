import { accountOfRole } from '../contract/aws-values';
import { CONSENT_TEXT_VERSIONS } from '../contract/consent-text';
import type { LedgerLocation } from '../contract/ledger-url';
import { misreadNames, unknownNames } from '../contract/misread-names';
import { formatValue, problem, ProblemsError } from '../contract/problem';
import { readProxy, type Proxy } from '../contract/proxy';
import { missingFault, readSettings, type Fault } from '../contract/read-settings';
import type { LogLevel } from '../contract/schemas';
import { settingFix } from '../contract/setting-fix';
import { READ_SETTINGS, settingRow, type ReadSetting, type SettingValues } from '../contract/settings';
import { recordingConfig, tavusConfig, type RecordingConfig, type TavusConfig } from './tavus/config';

/** The environment, checked. */
export interface Config {
  readonly tavus: TavusConfig;
  /** By which Tavus, and our own public address, are reached. Undefined: directly. */
  readonly proxy: Proxy | undefined;
  /** Undefined: recording is off, whatever else is set. */
  readonly recording: RecordingConfig | undefined;
  /** How the bucket is read. Undefined: it is not, and Tavus's word is all there is. */
  readonly access: BucketAccess | undefined;
  readonly operatorKey: string | undefined;
  readonly requireConsent: boolean;
  /** Consent texts that a start may name: those of `/qa`, and those of the operator's own front end. */
  readonly consentTextVersions: readonly string[];
  /** Undefined: no cap. All replicas with this ledger together. */
  readonly maxConcurrentConversations: number | undefined;
  /** Origin under which Tavus reaches us. Undefined: no callback is asked for. */
  readonly publicBaseUrl: string | undefined;
  /** Current first, then the previous one; empty when there is none. */
  readonly callbackSecrets: readonly string[];
  readonly startApiKey: string | undefined;
  readonly easyAuth: boolean;
  /** Addresses and CIDRs, beside the private ranges. */
  readonly trustedProxies: readonly string[];
  /** Undefined: requests may come by any way. */
  readonly frontDoorId: string | undefined;
  readonly ledger: LedgerConfig;
  readonly watch: WatchConfig;
  readonly roomOrigin: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Names of variables that look like settings and are none. */
  readonly unknownNames: readonly string[];
}

/** As whom the bucket is read. */
export type BucketAccess = BucketPlace &
  (
    | {
        readonly kind: 'web-identity';
        readonly roleArn: string;
        /** Application ID URI. */
        readonly audience: string;
        /** Of the managed identity. Undefined: the app's own. */
        readonly clientId: string | undefined;
      }
    | {
        readonly kind: 'default-chain';
        /** Assumed with the credentials that are found. Undefined: they read the bucket themselves. */
        readonly roleArn: string | undefined;
        /** Whether the machine is asked, as on EC2. Elsewhere asking costs seconds, or finds somebody else's. */
        readonly asksMachine: boolean;
      }
  );

/** The bucket that may be read. */
export interface BucketPlace {
  readonly bucket: string;
  readonly region: string;
  /** Every request names it, so that a bucket of the same name in another account is never read. */
  readonly account: string;
  /** With the copies of recordings on hold. Undefined: there is none. */
  readonly holdsBucket: string | undefined;
}

/** Where the ledger is, and as whom it is reached. */
export interface LedgerConfig {
  /** Undefined: in memory. */
  readonly place: LedgerLocation | undefined;
  /** Client id of the managed identity. Undefined: the app's own. */
  readonly clientId: string | undefined;
}

/** How long is waited for a recording, and how long it is known of. */
export interface WatchConfig {
  /** From the end of the call on, at least. */
  readonly deadlineMin: number;
  readonly retentionDays: number;
  /** After which a missing proof is told. */
  readonly proofMaxAgeDays: number;
  /** How long receipts of erasures are kept. */
  readonly receiptDays: number;
}

/** Whether who starts has to prove anything at all. */
export const isGuarded = ({ startApiKey, easyAuth }: Pick<Config, 'easyAuth' | 'startApiKey'>): boolean =>
  startApiKey !== undefined || easyAuth;

const settingProblem = (fault: Fault<ReadSetting>): string =>
  problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) });

/** AWS credentials on a Container App would be long-lived keys, which the identity makes needless. */
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

/** A container's files are gone with it, and each replica has others. */
function fileOnContainerApps(env: NodeJS.ProcessEnv, place: LedgerLocation | undefined): string | undefined {
  // The platform sets it (learn.microsoft.com, read 2026-11-28).
  if (place?.kind !== 'file' || !Object.hasOwn(env, 'CONTAINER_APP_NAME')) return undefined;
  return problem({
    name: 'LEDGER_URL',
    wrong: 'is a file although this is a Container App (CONTAINER_APP_NAME is set)',
    got: formatValue(place.path),
    why: 'The file would be gone with the next revision, and every replica would have another one.',
    fix: 'Set it to a table in Azure Tables: `pulumi up` does.',
  });
}

/**
 * Reads the environment. It is the only place that does.
 *
 * @param env as `process.env`; an empty or blank value counts as unset
 * @throws ProblemsError naming all problems at once; no secret and no role is in it
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const { values, malformed, missing } = readSettings({ names: READ_SETTINGS, textOf: (name) => env[name] });
  const { proxy, problems: proxyProblems } = readProxy(env);
  const problems = [
    // First, because they explain why others are missing.
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
    ...assemble(values, { asksMachine: env[METADATA_DISABLED]?.toLowerCase() === 'false' }),
    proxy,
    unknownNames: unknownNames(Object.keys(env)),
  };
}

/** AWS's own name (docs.aws.amazon.com, SDK reference, read 2026-11-28). Here it is taken for true when unset. */
const METADATA_DISABLED = 'AWS_EC2_METADATA_DISABLED';

interface Surroundings {
  readonly asksMachine: boolean;
}

/** Takes values in which nothing that is required is missing. */
function assemble(
  values: SettingValues,
  { asksMachine }: Surroundings,
): Omit<Config, 'proxy' | 'unknownNames'> {
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
    // As Front Door writes it.
    frontDoorId: values.FRONT_DOOR_ID?.toLowerCase(),
    ledger: { place: values.LEDGER_URL, clientId: values.AZURE_CLIENT_ID },
    watch: {
      deadlineMin: required(values.RECORDING_DEADLINE_MIN),
      retentionDays: required(values.LEDGER_RETENTION_DAYS),
      proofMaxAgeDays: required(values.PROOF_MAX_AGE_DAYS),
      receiptDays: required(values.RECEIPT_RETENTION_DAYS),
    },
    roomOrigin: required(values.ROOM_ORIGIN),
    // Where nobody has to prove anything, only this machine may ask.
    host: values.HOST ?? (isGuarded(guards) ? '0.0.0.0' : '127.0.0.1'),
    port: required(values.PORT),
    logLevel: required(values.LOG_LEVEL),
  };
}

/** Takes values in which nothing that is required is missing. Undefined: nothing is read. */
function bucketAccess(values: SettingValues, asksMachine: boolean): BucketAccess | undefined {
  const { bucket, region, roleArn: writer } = required(recordingConfig(values));
  const place: BucketPlace = {
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
        ...place,
        roleArn: required(roleArn),
        audience: required(values.AWS_WEB_IDENTITY_AUDIENCE),
        clientId: values.AZURE_CLIENT_ID,
      };
    case 'default-chain':
      return { kind: 'default-chain', ...place, roleArn, asksMachine };
    default:
      return undefined;
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A required setting is undefined although it was checked.');
  return value;
}
