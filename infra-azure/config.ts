import {
  CONFIG_SETTINGS,
  SECRET_SETTINGS,
  type ConfigSetting,
  type SecretSetting,
} from '../contract/settings';
import { missingForBackend, plainTextSecrets, validateHosts } from './config-requirements';
import type { ConfigSource } from './config-source';
import { KEYS, readValues, settingText, type ConfiguredSetting, type ConfigValues } from './config-values';
import { unknownKeys } from './unknown-keys';

/** Configuration of the Entra sign-in. */
export interface EasyAuth {
  readonly clientId: string;
  /** Header with the public host name: `Standard` (X-Forwarded-Host) or the name of a header. Undefined: no header. */
  readonly forwardProxy: string | undefined;
  /** Object ids of the people and programs that may sign in. Undefined: the app registration decides. */
  readonly identities: readonly string[] | undefined;
}

/** Configuration of the backend; it exists only with an image. */
export interface BackendConfig {
  /** Registry, repository and digest. */
  readonly image: string;
  readonly appName: string;
  readonly cpu: number;
  readonly maxReplicas: number;
  /** Texts of the operator's settings for the container; undefined: not set. */
  readonly settings: Readonly<Record<ConfigSetting, string | undefined>>;
  readonly port: number;
  /** In plain text; the code that passes one to Pulumi marks it as secret. Undefined: not used. */
  readonly secrets: Readonly<Record<SecretSetting, string | undefined>>;
  /** Undefined: the address that Azure assigns. */
  readonly publicBaseUrl: string | undefined;
  readonly easyAuth: EasyAuth | undefined;
  readonly alertEmail: string | undefined;
}

/** Source of the AWS values. */
export interface AwsValuesSource {
  /** Relative to the project's folder. */
  readonly handOverFile: string;
  readonly awsAccount: string | undefined;
  readonly awsRegion: string | undefined;
}

/** The stack's configuration, checked. */
export interface ProgramConfig {
  readonly environment: string;
  readonly location: string;
  /** Undefined: the program creates one. */
  readonly resourceGroupName: string | undefined;
  /** The organisation's tags. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly logRetentionDays: number;
  readonly logDailyCapGb: number;
  readonly protectData: boolean;
  /** Undefined: only the platform is deployed. */
  readonly backend: BackendConfig | undefined;
}

/** The result of reading a stack's configuration. */
export interface ReadConfig {
  /** All problems; they contain no secret. */
  readonly problems: readonly string[];
  /** Undefined if recording is off or there is no backend yet; then no hand-over is read. */
  readonly recording: AwsValuesSource | undefined;
  /** @throws if there are problems */
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
      // First, because a misspelt key may explain a missing one.
      ...unknownKeys(source, KEYS),
      ...values.problems,
      ...plainTextSecrets(source),
      ...(hasImage ? missingForBackend(source, values) : []),
      ...validateHosts(environment, values),
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
  // Front Door sends the public host name in X-Forwarded-Host, and the app's own in Host.
  const convention = program.forwardProxy ?? (settings.FRONT_DOOR_ID === undefined ? 'NoProxy' : 'Standard');
  return {
    clientId: required(program.easyAuthClientId),
    identities: program.easyAuthIdentities,
    forwardProxy: convention === 'NoProxy' ? undefined : convention,
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A required value is undefined although no problem was reported.');
  return value;
}
