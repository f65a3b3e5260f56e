import { CONSENT_TEXT_VERSIONS } from '../contract/consent-text';
import { misreadNames } from '../contract/misread-names';
import { problem, ProblemsError } from '../contract/problem';
import { missingFault, readSettings, type Fault } from '../contract/read-settings';
import type { LogLevel } from '../contract/schemas';
import { settingFix } from '../contract/setting-fix';
import { READ_SETTINGS, settingRow, type ReadSetting, type SettingValues } from '../contract/settings';
import { recordingConfig, tavusConfig, type RecordingConfig, type TavusConfig } from './tavus/config';

/** The environment, checked. */
export interface Config {
  readonly tavus: TavusConfig;
  /** Undefined: recording is off, whatever else is set. */
  readonly recording: RecordingConfig | undefined;
  readonly requireConsent: boolean;
  /** Consent texts that a start may name: those of `/qa`, and those of the operator's own front end. */
  readonly consentTextVersions: readonly string[];
  /** Undefined: no cap. Counted in this process. */
  readonly maxConcurrentConversations: number | undefined;
  /** Origin under which Tavus reaches us. Undefined: no callback is asked for. */
  readonly publicBaseUrl: string | undefined;
  /** Current first, then the previous one; empty when there is none. */
  readonly callbackSecrets: readonly string[];
  readonly startApiKey: string | undefined;
  readonly easyAuth: boolean;
  readonly roomOrigin: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
}

const settingProblem = (fault: Fault<ReadSetting>): string =>
  problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) });

/**
 * Reads the environment. It is the only place that does.
 *
 * @param env as `process.env`; an empty or blank value counts as unset
 * @throws ProblemsError naming all problems at once; no secret and no role is in it
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const { values, malformed, missing } = readSettings({ names: READ_SETTINGS, textOf: (name) => env[name] });
  const problems = [
    // First, because they explain why others are missing.
    ...misreadNames(Object.keys(env)).map((misread) => problem(misread.problem)),
    ...[...malformed, ...missing.map(missingFault)].map(settingProblem),
  ];
  if (problems.length > 0) throw new ProblemsError(problems, 'The backend cannot start');
  return assemble(values);
}

/** Takes values in which nothing that is required is missing. */
function assemble(values: SettingValues): Config {
  return {
    tavus: tavusConfig(values),
    recording: values.TAVUS_ENABLE_RECORDING === true ? recordingConfig(values) : undefined,
    requireConsent: required(values.TAVUS_REQUIRE_RECORDING_CONSENT),
    consentTextVersions: [...CONSENT_TEXT_VERSIONS, ...(values.TAVUS_RECORDING_CONSENT_VERSIONS ?? [])],
    maxConcurrentConversations: values.TAVUS_MAX_CONCURRENT_CONVERSATIONS,
    publicBaseUrl: values.PUBLIC_BASE_URL,
    callbackSecrets: values.CALLBACK_SECRETS ?? [],
    startApiKey: values.START_API_KEY,
    easyAuth: required(values.EASY_AUTH),
    roomOrigin: required(values.ROOM_ORIGIN),
    host: required(values.HOST),
    port: required(values.PORT),
    logLevel: required(values.LOG_LEVEL),
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A required setting is undefined although it was checked.');
  return value;
}
