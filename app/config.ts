import { maskArn } from './contract/aws-values';
import { ConfigError, misreadProblem, problem } from './config-problems';
import { misreadNames } from './contract/misread-names';
import { MISSING_ALTHOUGH, requiredSettings } from './contract/required-settings';
import { SETTING_SCHEMAS, type LogLevel, type SettingValues } from './contract/setting-schemas';
import { SETTINGS, type ReadSetting, type Setting } from './contract/settings';
import { visible } from './contract/text-encoding';

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

/** What may stand in an error in place of the value. */
function shown(setting: Setting, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  if (setting.source === 'secret') return `${value.length} characters`;
  return visible(maskArn(JSON.stringify(value))).slice(0, 120);
}

/**
 * Reads the environment. It is the only place that does.
 *
 * @param env as `process.env`; an empty or blank value counts as unset
 * @throws ConfigError naming all problems at once; no secret and no role is in it
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // First, because they explain why others are missing.
  const problems = misreadNames(Object.keys(env)).map(misreadProblem);
  const given = (name: ReadSetting): string | undefined => {
    const value = env[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  };
  const read = <Name extends ReadSetting>(name: Name): SettingValues[Name] => {
    const setting: Setting = SETTINGS[name];
    const raw = given(name);
    const value = raw ?? setting.default;
    if (value === undefined) return undefined;
    const parsed = SETTING_SCHEMAS[name].safeParse(value);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not follow a generic key
    if (parsed.success) return parsed.data as SettingValues[Name];
    problems.push(problem(name, parsed.error.issues[0]?.message ?? 'is wrong', shown(setting, raw)));
    return undefined;
  };
  // One after the other, so that `tsc` sees a forgotten one, and none is left unread.
  const values: SettingValues = {
    TAVUS_API_KEY: read('TAVUS_API_KEY'),
    TAVUS_API_BASE_URL: read('TAVUS_API_BASE_URL'),
    TAVUS_REPLICA_ID: read('TAVUS_REPLICA_ID'),
    TAVUS_PERSONA_ID: read('TAVUS_PERSONA_ID'),
    TAVUS_ENABLE_RECORDING: read('TAVUS_ENABLE_RECORDING'),
    TAVUS_RECORDING_S3_BUCKET_NAME: read('TAVUS_RECORDING_S3_BUCKET_NAME'),
    TAVUS_RECORDING_S3_BUCKET_REGION: read('TAVUS_RECORDING_S3_BUCKET_REGION'),
    TAVUS_AWS_ASSUME_ROLE_ARN: read('TAVUS_AWS_ASSUME_ROLE_ARN'),
    TAVUS_RECORDING_STORAGE_FORMAT: read('TAVUS_RECORDING_STORAGE_FORMAT'),
    TAVUS_REQUIRE_RECORDING_CONSENT: read('TAVUS_REQUIRE_RECORDING_CONSENT'),
    TAVUS_MAX_CALL_DURATION_SEC: read('TAVUS_MAX_CALL_DURATION_SEC'),
    TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC: read('TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC'),
    TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: read('TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC'),
    TAVUS_REQUIRE_AUTH: read('TAVUS_REQUIRE_AUTH'),
    TAVUS_MAX_CONCURRENT_CONVERSATIONS: read('TAVUS_MAX_CONCURRENT_CONVERSATIONS'),
    PUBLIC_BASE_URL: read('PUBLIC_BASE_URL'),
    CALLBACK_SECRETS: read('CALLBACK_SECRETS'),
    START_API_KEY: read('START_API_KEY'),
    EASY_AUTH: read('EASY_AUTH'),
    ROOM_ORIGIN: read('ROOM_ORIGIN'),
    HOST: read('HOST'),
    PORT: read('PORT'),
    LOG_LEVEL: read('LOG_LEVEL'),
  };
  problems.push(...missing(values, (name) => given(name) !== undefined));
  if (problems.length > 0) throw new ConfigError(problems);
  return assemble(values);
}

/** What only shows when the values are seen together. A value that is there but wrong has had its bullet. */
const missing = (values: SettingValues, isGiven: (name: ReadSetting) => boolean): string[] =>
  requiredSettings({
    hasReplica: isGiven('TAVUS_REPLICA_ID'),
    isRecording: values.TAVUS_ENABLE_RECORDING === true,
    publicBaseUrl: values.PUBLIC_BASE_URL,
    // One that is wrong has its own bullet, and asks for no key.
    easyAuth: values.EASY_AUTH !== false,
  })
    .filter((name) => !isGiven(name))
    .map((name) => problem(name, `missing${MISSING_ALTHOUGH[name] ?? ''}`, 'nothing'));

/** Takes values in which nothing is missing that {@link missing} asks for. */
function assemble(values: SettingValues): Config {
  return {
    tavus: {
      apiKey: present(values.TAVUS_API_KEY),
      baseUrl: present(values.TAVUS_API_BASE_URL),
      replicaId: values.TAVUS_REPLICA_ID,
      personaId: values.TAVUS_PERSONA_ID,
      requireAuth: present(values.TAVUS_REQUIRE_AUTH),
      limits: {
        maxCallDurationSec: values.TAVUS_MAX_CALL_DURATION_SEC,
        participantLeftTimeoutSec: values.TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC,
        participantAbsentTimeoutSec: values.TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC,
      },
    },
    recording: values.TAVUS_ENABLE_RECORDING === true ? recordingOf(values) : undefined,
    requireConsent: present(values.TAVUS_REQUIRE_RECORDING_CONSENT),
    maxConcurrentConversations: values.TAVUS_MAX_CONCURRENT_CONVERSATIONS,
    publicBaseUrl: values.PUBLIC_BASE_URL,
    callbackSecrets: values.CALLBACK_SECRETS ?? [],
    startApiKey: values.START_API_KEY,
    easyAuth: present(values.EASY_AUTH),
    roomOrigin: present(values.ROOM_ORIGIN),
    host: present(values.HOST),
    port: present(values.PORT),
    logLevel: present(values.LOG_LEVEL),
  };
}

function recordingOf(values: SettingValues): RecordingConfig {
  return {
    bucket: present(values.TAVUS_RECORDING_S3_BUCKET_NAME),
    region: present(values.TAVUS_RECORDING_S3_BUCKET_REGION),
    roleArn: present(values.TAVUS_AWS_ASSUME_ROLE_ARN),
    format: present(values.TAVUS_RECORDING_STORAGE_FORMAT),
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A required setting is undefined although it was checked.');
  return value;
}
