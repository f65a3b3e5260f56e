import { misreadNames } from '../contract/misread-names';
import { problem, ProblemsError } from '../contract/problem';
import { missingFault, readSettings, type Fault } from '../contract/read-settings';
import type { LogLevel } from '../contract/schemas';
import { settingFix } from '../contract/setting-fix';
import { READ_SETTINGS, settingRow, type ReadSetting, type SettingValues } from '../contract/settings';

/** Where Tavus puts a recording, in the form in which it is told. */
export interface RecordingConfig {
  readonly bucket: string;
  readonly region: string;
  readonly roleArn: string;
  /** `flat`: three deprecated fields that still work. `recording_storage`: the object since May 2026. */
  readonly format: 'flat' | 'recording_storage';
}

/** Limits of a call in seconds; undefined leaves one to Tavus. */
export interface CallLimits {
  readonly maxCallDurationSec: number | undefined;
  readonly participantLeftTimeoutSec: number | undefined;
  readonly participantAbsentTimeoutSec: number | undefined;
}

/** The environment, checked. */
export interface Config {
  readonly tavus: {
    readonly apiKey: string;
    /** Without a slash at its end. */
    readonly baseUrl: string;
    readonly replicaId: string | undefined;
    readonly personaId: string | undefined;
    readonly requireAuth: boolean;
    readonly limits: CallLimits;
  };
  /** Undefined: recording is off, whatever else is set. */
  readonly recording: RecordingConfig | undefined;
  readonly requireConsent: boolean;
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
    tavus: {
      apiKey: required(values.TAVUS_API_KEY),
      baseUrl: required(values.TAVUS_API_BASE_URL),
      replicaId: values.TAVUS_REPLICA_ID,
      personaId: values.TAVUS_PERSONA_ID,
      requireAuth: required(values.TAVUS_REQUIRE_AUTH),
      limits: {
        maxCallDurationSec: values.TAVUS_MAX_CALL_DURATION_SEC,
        participantLeftTimeoutSec: values.TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC,
        participantAbsentTimeoutSec: values.TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC,
      },
    },
    recording: values.TAVUS_ENABLE_RECORDING === true ? recordingOf(values) : undefined,
    requireConsent: required(values.TAVUS_REQUIRE_RECORDING_CONSENT),
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

function recordingOf(values: SettingValues): RecordingConfig {
  return {
    bucket: required(values.TAVUS_RECORDING_S3_BUCKET_NAME),
    region: required(values.TAVUS_RECORDING_S3_BUCKET_REGION),
    roleArn: required(values.TAVUS_AWS_ASSUME_ROLE_ARN),
    format: required(values.TAVUS_RECORDING_STORAGE_FORMAT),
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A required setting is undefined although it was checked.');
  return value;
}
