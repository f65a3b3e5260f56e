import { pulumiConfigKey } from '../contract/names';
import { SETTING_SCHEMAS, type SettingValues } from '../contract/setting-schemas';
import { SETTINGS, type ConfigSetting, type SecretSetting } from '../contract/settings';
import {
  CONFIG_SETTINGS,
  deployedDefault,
  OVERRIDABLE_SETTINGS,
  PROGRAM_KEYS,
  SECRET_SETTINGS,
  type ProgramKey,
} from '../contract/program-keys';
import { programProblem, settingProblem } from './config-problems';
import type { ConfigSource } from './config-source';
import { PROGRAM_SCHEMAS, type ProgramValues } from '../contract/program-schemas';

/** The settings of the backend that stand in the stack's configuration. */
export type ConfiguredSetting = ConfigSetting | SecretSetting | (typeof OVERRIDABLE_SETTINGS)[number];

/** What the texts mean, each by its own schema; undefined where one is not set, or wrong. */
export interface ConfigValues {
  readonly program: ProgramValues;
  readonly settings: Pick<SettingValues, ConfiguredSetting>;
  readonly problems: readonly string[];
}

/** Text of a setting as it would be injected: configured, or what Azure gets by default. */
export function settingText(source: ConfigSource, name: ConfiguredSetting): string | undefined {
  const text = source.get(pulumiConfigKey(name)) ?? deployedDefault(name);
  return text === '' ? undefined : text;
}

const firstMessage = (error: { readonly issues: readonly { readonly message: string }[] }): string =>
  error.issues[0]?.message ?? 'is wrong';

/** Reads every key by itself. */
export function readValues(source: ConfigSource): ConfigValues {
  const problems: string[] = [];
  const program = readProgram(source, problems);
  return { program, settings: readSettings(source, problems), problems };
}

function readProgram(source: ConfigSource, problems: string[]): ProgramValues {
  const read = <Key extends ProgramKey>(key: Key): ProgramValues[Key] => {
    const text = source.get(key) ?? String(PROGRAM_KEYS[key].default);
    if (text === '') return undefined;
    const parsed = PROGRAM_SCHEMAS[key].safeParse(text);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not follow a generic key
    if (parsed.success) return parsed.data as ProgramValues[Key];
    problems.push(programProblem(key, firstMessage(parsed.error), JSON.stringify(text)));
    return undefined;
  };
  return {
    location: read('location'),
    resourceGroupName: read('resourceGroupName'),
    appName: read('appName'),
    image: read('image'),
    cpu: read('cpu'),
    handOverFile: read('handOverFile'),
    awsAccount: read('awsAccount'),
    awsRegion: read('awsRegion'),
    easyAuthClientId: read('easyAuthClientId'),
    alertEmail: read('alertEmail'),
    logRetentionDays: read('logRetentionDays'),
    protectData: read('protectData'),
  };
}

function readSettings(source: ConfigSource, problems: string[]): ConfigValues['settings'] {
  const read = (name: ConfiguredSetting): unknown => {
    const text = settingText(source, name);
    if (text === undefined) return undefined;
    const parsed = SETTING_SCHEMAS[name].safeParse(text);
    if (parsed.success) return parsed.data;
    const got = SETTINGS[name].source === 'secret' ? `${text.length} characters` : JSON.stringify(text);
    problems.push(settingProblem(name, firstMessage(parsed.error), got));
    return undefined;
  };
  const names: readonly ConfiguredSetting[] = [
    ...CONFIG_SETTINGS,
    ...SECRET_SETTINGS,
    ...OVERRIDABLE_SETTINGS,
  ];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was parsed by the schema of its name
  return Object.fromEntries(names.map((name) => [name, read(name)])) as ConfigValues['settings'];
}
