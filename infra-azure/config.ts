import {
  CONFIG_SETTINGS,
  SECRET_SETTINGS,
  type ConfigSetting,
  type SecretSetting,
} from '../contract/settings';
import { misplacedAddresses, missingForBackend, plainTextSecrets } from './config-requirements';
import type { ConfigSource } from './config-source';
import { KEYS, readValues, settingText, type ConfiguredSetting, type ConfigValues } from './config-values';
import { unknownKeys } from './unknown-keys';

/** How people sign in, when the platform asks them to. */
export interface EasyAuth {
  readonly clientId: string;
  /** Where the address that people see is read: `Standard`, or the name of a header. Undefined: in no header. */
  readonly forwardProxy: string | undefined;
  /** Object ids of those who may sign in. Undefined: the app registration decides. */
  readonly identities: readonly string[] | undefined;
}

/** What the backend runs with; there is none before there is an image. */
export interface BackendConfig {
  /** Registry, repository and digest. */
  readonly image: string;
  readonly appName: string;
  readonly cpu: number;
  readonly maxReplicas: number;
  /** The operator's choices as they are injected; undefined: not set. */
  readonly settings: Readonly<Record<ConfigSetting, string | undefined>>;
  readonly port: number;
  /** In plain text; whoever passes one on marks it as secret. Undefined: not used. */
  readonly secrets: Readonly<Record<SecretSetting, string | undefined>>;
  /** Undefined: the address that the platform gives. */
  readonly publicBaseUrl: string | undefined;
  readonly easyAuth: EasyAuth | undefined;
  readonly alertEmail: string | undefined;
}

/** Where the recordings' values come from. */
export interface RecordingSource {
  /** Relative to the project's folder. */
  readonly handOverFile: string;
  readonly awsAccount: string | undefined;
  readonly awsRegion: string | undefined;
}

/** The stack's configuration, checked. */
export interface ProgramConfig {
  readonly environment: string;
  readonly location: string;
  /** Undefined: one is made. */
  readonly resourceGroupName: string | undefined;
  /** The organisation's. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly logRetentionDays: number;
  readonly logDailyCapGb: number;
  readonly protectData: boolean;
  /** Undefined: only the platform. */
  readonly backend: BackendConfig | undefined;
}

/** What a stack's configuration says. */
export interface ReadConfig {
  /** All that is wrong, one sentence each; no secret is in them. */
  readonly problems: readonly string[];
  /** Undefined: recording is off, or there is no backend yet; then no hand-over is read. */
  readonly recording: RecordingSource | undefined;
  /** @throws when there are problems */
  readonly config: () => ProgramConfig;
}

/**
 * Reads and checks the whole configuration of a stack.
 * @param environment name of the stack
 */
export function readConfig(source: ConfigSource, environment: string): ReadConfig {
  const values = readValues(source);
  const { program, settings } = values;
  const hasImage = source.get('image') !== undefined;
  const { handOverFile = '', awsAccount, awsRegion } = program;
  return {
    problems: [
      // First, because they may explain why others are missing.
      ...unknownKeys(source, KEYS),
      ...values.problems,
      ...plainTextSecrets(source),
      ...(hasImage ? missingForBackend(source, values) : []),
      ...misplacedAddresses(environment, values),
    ],
    recording:
      hasImage && settings.TAVUS_ENABLE_RECORDING === true
        ? { handOverFile, awsAccount, awsRegion }
        : undefined,
    config: () => ({
      environment,
      location: required(program.location),
      resourceGroupName: program.resourceGroupName,
      tags: program.tags,
      logRetentionDays: required(program.logRetentionDays),
      logDailyCapGb: required(program.logDailyCapGb),
      protectData: required(program.protectData),
      backend: program.image === undefined ? undefined : backendConfig(source, values, program.image),
    }),
  };
}

function backendConfig(
  source: ConfigSource,
  { program, settings }: ConfigValues,
  image: string,
): BackendConfig {
  const texts = <Name extends ConfiguredSetting>(names: readonly Name[]) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not keep the keys
    Object.fromEntries(names.map((name) => [name, settingText(source, name)])) as Record<
      Name,
      string | undefined
    >;
  return {
    image,
    appName: required(program.appName),
    cpu: required(program.cpu),
    maxReplicas: required(program.maxReplicas),
    port: required(settings.PORT),
    settings: texts(CONFIG_SETTINGS),
    secrets: texts(SECRET_SETTINGS),
    publicBaseUrl: settings.PUBLIC_BASE_URL,
    easyAuth: settings.EASY_AUTH === true ? easyAuthConfig(program, settings) : undefined,
    alertEmail: program.alertEmail,
  };
}

function easyAuthConfig(program: ConfigValues['program'], settings: ConfigValues['settings']): EasyAuth {
  // Front Door names the address that people see in that header, and calls the app by the app's own.
  const convention = program.forwardProxy ?? (settings.FRONT_DOOR_ID === undefined ? 'NoProxy' : 'Standard');
  return {
    clientId: required(program.easyAuthClientId),
    identities: program.easyAuthIdentities,
    forwardProxy: convention === 'NoProxy' ? undefined : convention,
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A value is undefined although nothing was wrong with it.');
  return value;
}
