import { misreadValue } from './misread-values';
import { formatSecret, formatValue } from './problem';
import {
  requiredSettings,
  settingRow,
  type Circumstances,
  type ReadSetting,
  type SettingValues,
} from './settings';

/** Name, problem and value of one wrong setting; the caller adds why and what to do. */
export interface SettingFault<Name extends string> {
  readonly name: Name;
  readonly wrong: string;
  /** The formatted value; for a secret only its length. */
  readonly got: string;
}

/** Source of the settings' texts. */
export interface SettingTexts<Name extends ReadSetting> {
  /** The settings that this source can have. */
  readonly names: readonly Name[];
  /** Text of a setting. Blank text counts as unset. */
  readonly textOf: (name: Name) => string | undefined;
  /** Default of an unset setting. @default the backend's own default */
  readonly defaultOf?: (name: Name) => string | undefined;
  /** Circumstances that do not follow from these texts. */
  readonly circumstances?: Partial<Circumstances>;
}

export interface SettingsReading<Name extends ReadSetting> {
  /** Undefined if the setting is wrong, or unset without a default. */
  readonly values: Pick<SettingValues, Name>;
  readonly malformed: readonly SettingFault<Name>[];
  /** Required but unset. */
  readonly missing: readonly Name[];
}

/** The trimmed text; undefined if it is empty. */
export const givenText = (text: string | undefined): string | undefined => text?.trim() || undefined;

/**
 * Parses the settings by the rows of the table and returns all faults at once. The backend, the Pulumi program, the doctor
 * and the deployment all use this function.
 */
export function readSettings<Name extends ReadSetting>({
  names,
  textOf,
  defaultOf = (name) => settingRow(name).default,
  circumstances,
}: SettingTexts<Name>): SettingsReading<Name> {
  const isWanted = (name: ReadSetting): name is Name => names.some((one) => one === name);
  const isGiven = (name: ReadSetting): boolean => isWanted(name) && givenText(textOf(name)) !== undefined;
  const malformed: SettingFault<Name>[] = [];
  const read = (name: Name): unknown => {
    const text = givenText(textOf(name)) ?? givenText(defaultOf(name));
    if (text === undefined) return undefined;
    const { schema, source, hidesWrongValue = source === 'secret' } = settingRow(name);
    const misread = misreadValue(text);
    const parsed = schema?.safeParse(text);
    if (misread === undefined && parsed?.success !== false) return parsed?.data;
    const secret = [formatSecret(text), misread?.hint ?? []].flat().join(' ');
    malformed.push({
      name,
      wrong: misread?.wrong ?? parsed?.error?.issues[0]?.message ?? 'is wrong',
      got: hidesWrongValue ? secret : formatValue(text),
    });
    return undefined;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was parsed by the schema of its name
  const values = Object.fromEntries(names.map((name) => [name, read(name)])) as Pick<SettingValues, Name>;
  const all: Partial<SettingValues> = values;
  // With one key for both, each caller of the start route could watch all recordings.
  const operatorKey: ReadSetting = 'OPERATOR_KEY';
  const { OPERATOR_KEY: key, START_API_KEY: startKey } = all;
  if (isWanted(operatorKey) && key !== undefined && key === startKey) {
    malformed.push({ name: operatorKey, wrong: 'is the start key', got: formatSecret(key) });
  }
  const required = requiredSettings({
    hasReplica: isGiven('TAVUS_REPLICA_ID'),
    isRecording: all.TAVUS_ENABLE_RECORDING === true,
    publicBaseUrl: all.PUBLIC_BASE_URL,
    easyAuth: all.EASY_AUTH,
    readsByWebIdentity: all.TAVUS_ENABLE_RECORDING === true && all.RECORDINGS_ACCESS === 'web-identity',
    ...circumstances,
  });
  return {
    values,
    malformed,
    missing: required.filter(isWanted).filter((name) => !isGiven(name)),
  };
}

/** The fault of a missing setting. */
export const missingFault = <Name extends ReadSetting>(name: Name): SettingFault<Name> => ({
  name,
  wrong: `missing${settingRow(name).required?.although ?? ''}`,
  got: 'nothing',
});
