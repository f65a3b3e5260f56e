import { CONSENT_TEXT_VERSIONS } from '../contract/consent-text';
import type { LedgerPlace } from '../contract/ledger-url';
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

/** Where the ledger is, and as whom it is reached. */
export interface LedgerConfig {
  /** Undefined: in memory. */
  readonly place: LedgerPlace | undefined;
  /** Client id of the managed identity. Undefined: the app's own. */
  readonly clientId: string | undefined;
}

/** How long is waited for a recording, and how long it is known of. */
export interface WatchConfig {
  /** From the end of the call on, at least. */
  readonly deadlineMin: number;
  readonly retentionDays: number;
}

/** Whether who starts has to prove anything at all. */
export const isGuarded = ({ startApiKey, easyAuth }: Pick<Config, 'easyAuth' | 'startApiKey'>): boolean =>
  startApiKey !== undefined || easyAuth;

const settingProblem = (fault: Fault<ReadSetting>): string =>
  problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) });

/** A container's files are gone with it, and each replica has others. */
function fileOnContainerApps(env: NodeJS.ProcessEnv, place: LedgerPlace | undefined): string | undefined {
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
    ...[fileOnContainerApps(env, values.LEDGER_URL)].filter((one) => one !== undefined),
    ...proxyProblems,
  ];
  if (problems.length > 0) throw new ProblemsError(problems, { title: 'The backend cannot start' });
  return { ...assemble(values), proxy, unknownNames: unknownNames(Object.keys(env)) };
}

/** Takes values in which nothing that is required is missing. */
function assemble(values: SettingValues): Omit<Config, 'proxy' | 'unknownNames'> {
  const guards = { startApiKey: values.START_API_KEY, easyAuth: required(values.EASY_AUTH) };
  return {
    tavus: tavusConfig(values),
    recording: values.TAVUS_ENABLE_RECORDING === true ? recordingConfig(values) : undefined,
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
    },
    roomOrigin: required(values.ROOM_ORIGIN),
    // Where nobody has to prove anything, only this machine may ask.
    host: values.HOST ?? (isGuarded(guards) ? '0.0.0.0' : '127.0.0.1'),
    port: required(values.PORT),
    logLevel: required(values.LOG_LEVEL),
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A required setting is undefined although it was checked.');
  return value;
}
