import { pulumiConfigKey } from '../contract/names';
import { formatValue } from '../contract/problem';
import {
  CONFIG_ENTRIES,
  deployedDefault,
  OVERRIDABLE_SETTINGS,
  PROGRAM_KEY_NAMES,
  programKeyRow,
  type ProgramKey,
  type ProgramValues,
} from '../contract/program-keys';
import { readSettings, type SettingsReading } from '../contract/read-settings';
import {
  CONFIG_SETTINGS,
  SECRET_SETTINGS,
  SETTING_NAMES,
  settingRow,
  type ConfigSetting,
  type SecretSetting,
} from '../contract/settings';
import { programProblem, settingProblem } from './config-problems';
import type { ConfigSource } from './config-source';
import type { KnownKeys } from './unknown-keys';

/** The backend's settings that the stack's configuration can have. */
export type ConfiguredSetting = ConfigSetting | SecretSetting | (typeof OVERRIDABLE_SETTINGS)[number];

/** The parsed values; undefined where one is unset or wrong. */
export interface ConfigValues {
  readonly program: ProgramValues;
  readonly settings: SettingsReading<ConfiguredSetting>['values'];
  /** Required but unset. */
  readonly missing: readonly ConfiguredSetting[];
  readonly problems: readonly string[];
}

const known: readonly string[] = [
  ...Object.keys(CONFIG_ENTRIES),
  ...SECRET_SETTINGS.map((name) => pulumiConfigKey(name)),
];

/** The keys of the stack's configuration, and keys of settings that the program computes. */
export const KEYS: KnownKeys = {
  known,
  computed: new Map(
    SETTING_NAMES.map((name) => [name, pulumiConfigKey(name)] as const)
      .filter(([, key]) => !known.includes(key))
      .map(([name, key]) => [
        key,
        settingRow(name).source === 'aws'
          ? 'Its value is in cdk-outputs.json.'
          : 'Its value comes from Azure.',
      ]),
  ),
};

/** The text of a setting for the container: the configured one, or the default on Azure. */
export function settingText(source: ConfigSource, name: ConfiguredSetting): string | undefined {
  const text = source.get(pulumiConfigKey(name)) ?? deployedDefault(name);
  return text === '' ? undefined : text;
}

/** Parses every key on its own. */
export function readValues(source: ConfigSource): ConfigValues {
  const { program, problems } = readProgram(source);
  const { values, malformed, missing } = readSettings<ConfiguredSetting>({
    names: [...CONFIG_SETTINGS, ...SECRET_SETTINGS, ...OVERRIDABLE_SETTINGS],
    textOf: (name) => source.get(pulumiConfigKey(name)),
    defaultOf: deployedDefault,
    // On Azure the address is always public. The laptop cloud's stack is no less strict.
    circumstances: { publicBaseUrl: 'https:' },
  });
  return { program, settings: values, missing, problems: [...problems, ...malformed.map(settingProblem)] };
}

function readProgram(source: ConfigSource): { program: ProgramValues; problems: readonly string[] } {
  const problems: string[] = [];
  const read = (key: ProgramKey): unknown => {
    const { schema, default: standard } = programKeyRow(key);
    const text = source.get(key) ?? standard;
    if (text === '') return undefined;
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    const wrong = parsed.error.issues[0]?.message ?? 'is wrong';
    problems.push(programProblem({ name: key, wrong, got: formatValue(text) }));
    return undefined;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was parsed by the schema of its key
  const program = Object.fromEntries(PROGRAM_KEY_NAMES.map((key) => [key, read(key)])) as ProgramValues;
  return { program, problems };
}
