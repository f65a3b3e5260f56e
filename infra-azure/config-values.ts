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

/** The settings of the backend that stand in the stack's configuration. */
export type ConfiguredSetting = ConfigSetting | SecretSetting | (typeof OVERRIDABLE_SETTINGS)[number];

/** What the texts mean, each by its own schema; undefined where one is not set, or wrong. */
export interface ConfigValues {
  readonly program: ProgramValues;
  readonly settings: SettingsReading<ConfiguredSetting>['values'];
  /** What a backend cannot do without, and that is not set. */
  readonly missing: readonly ConfiguredSetting[];
  readonly problems: readonly string[];
}

const known: readonly string[] = [
  ...Object.keys(CONFIG_ENTRIES),
  ...SECRET_SETTINGS.map((name) => pulumiConfigKey(name)),
];

/** All keys of the stack's configuration, and those of settings that stand elsewhere. */
export const KEYS: KnownKeys = {
  known,
  computed: new Map(
    SETTING_NAMES.map((name) => [name, pulumiConfigKey(name)] as const)
      .filter(([, key]) => !known.includes(key))
      .map(([name, key]) => [
        key,
        settingRow(name).source === 'aws' ? 'Its value is in cdk-outputs.json.' : 'Key Vault says its value.',
      ]),
  ),
};

/** Text of a setting as it would be injected: configured, or what Azure gets by default. */
export function settingText(source: ConfigSource, name: ConfiguredSetting): string | undefined {
  const text = source.get(pulumiConfigKey(name)) ?? deployedDefault(name);
  return text === '' ? undefined : text;
}

/** Reads every key by itself. */
export function readValues(source: ConfigSource): ConfigValues {
  const { program, problems } = readProgram(source);
  const { values, malformed, missing } = readSettings<ConfiguredSetting>({
    names: [...CONFIG_SETTINGS, ...SECRET_SETTINGS, ...OVERRIDABLE_SETTINGS],
    textOf: (name) => source.get(pulumiConfigKey(name)),
    defaultOf: deployedDefault,
    // Whatever the address, on Azure it is public; what is meant for the laptop is no less strict.
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
