import { maskArn } from '../../../contract/aws-values';
import { misreadNames, unknownNames, type MisreadName } from '../../../contract/misread-names';
import { nearestName } from '../../../contract/nearest-name';
import { formatSecret } from '../../../contract/problem';
import { missingFault, readSettings as readFrom } from '../../../contract/read-settings';
import { settingFix } from '../../../contract/setting-fix';
import {
  READ_SETTINGS,
  SECRET_SETTINGS,
  SETTING_NAMES,
  settingRow,
  type ReadSetting,
  type SettingValues,
} from '../../../contract/settings';
import { visible } from '../../../contract/text-encoding';
import { fail, ok, warn, type Check, type CheckOutcome } from '../check-result';
import { lookUp, type GivenValue, type Source } from './sources';

/** The settings, as the backend would read them. */
export interface JudgedSettings {
  /** Undefined when malformed, or unset without a default. */
  readonly values: SettingValues;
  /** All values that must never be shown. */
  readonly secrets: readonly string[];
  readonly checks: readonly Check[];
}

/** AWS credentials in the environment. */
const AWS_SECRETS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Proxy URLs may contain a password. */
const PROXY = /^https?_proxy$/i;

/** Shorter values in a query are not secret, such as the version and date of a shared access signature. */
const MIN_SECRET_CHARS = 20;

/** Like {@link settingFix}; AWS values can also come from a hand-over. */
const fixOf = (name: ReadSetting): string =>
  settingRow(name).source === 'aws'
    ? 'Run `npx cdk deploy` and give cdk-outputs.json with --hand-over, or set it in .env.'
    : settingFix(name);

/** The value as the report may show it. */
const formatFound = (name: ReadSetting, value: string, isWrong: boolean): string =>
  settingRow(name).source === 'secret' || (isWrong && settingRow(name).hidesWrongValue === true)
    ? formatSecret(value)
    : visible(maskArn(value)).slice(0, 120);

/** What a right value is, and why it matters. */
const expectedOf = (name: ReadSetting): string => `${settingRow(name).meaning} ${settingRow(name).why}`;

/** Reads all settings of the backend and creates a check for each. */
export function judgeSettings(sources: readonly Source[]): JudgedSettings {
  const given = new Map(READ_SETTINGS.map((name) => [name, lookUp(sources, name)]));
  const { values, malformed, missing } = readFrom({
    names: READ_SETTINGS,
    textOf: (name) => given.get(name)?.value,
  });
  const wrong = new Map(malformed.map((fault) => [fault.name, fault.wrong]));

  const outcomeOf = (name: ReadSetting): CheckOutcome | undefined => {
    const found = given.get(name);
    if (found !== undefined) return judgeValue(name, found, wrong.get(name));
    return missing.includes(name) ? fail(missingFault(name).wrong, expectedOf(name), fixOf(name)) : undefined;
  };
  const lines = READ_SETTINGS.map((name) => ({ name, outcome: outcomeOf(name) }));
  const unset = lines.filter(({ outcome }) => outcome === undefined).map(({ name }) => name);
  return {
    values,
    secrets: secretsIn(sources),
    checks: [
      ...sources.flatMap(misreadChecks),
      ...lines.flatMap(({ name, outcome }) => (outcome === undefined ? [] : [settingCheck(name, outcome)])),
      settingCheck('recording', judgeRecording(values.TAVUS_ENABLE_RECORDING)),
      settingCheck(
        'unset',
        ok(`${unset.length} of ${READ_SETTINGS.length}`, 'only what is optional or has a default'),
      ),
      settingCheck('not-settings', judgeNames(sources)),
    ],
  };
}

const settingCheck = (id: string, outcome: CheckOutcome): Check => ({
  id,
  topic: 'settings',
  run: () => outcome,
});

function judgeValue(
  name: ReadSetting,
  { value, from, contradictedBy }: GivenValue,
  wrong: string | undefined,
): CheckOutcome {
  const found = `${formatFound(name, value, wrong !== undefined)}, from ${from}`;
  if (wrong !== undefined) return fail(`${wrong}, got ${found}`, expectedOf(name), fixOf(name));
  return contradictedBy.length === 0
    ? ok(found, settingRow(name).meaning)
    : warn(
        `${found}; ${contradictedBy.join(', ')} has another value`,
        'one value everywhere',
        'Remove the outdated one: a new deployment can have another role.',
      );
}

const misreadChecks = ({ label, values }: Source): Check[] =>
  misreadNames(Object.keys(values)).map(({ problem }) =>
    settingCheck(problem.name, judgeMisread(problem, label)),
  );

const judgeMisread = ({ wrong, got, why, fix }: MisreadName['problem'], label: string): CheckOutcome =>
  fail(`${wrong}, got ${got}, from ${label}`, `a name without invisible characters. ${why}`, fix);

/** Recording may be off on purpose, but rarely when the doctor is run. */
function judgeRecording(isOn: boolean | undefined): CheckOutcome {
  return isOn === true
    ? ok('on', 'on')
    : warn('off: nothing will be recorded', 'on', 'Set TAVUS_ENABLE_RECORDING=true.');
}

/** Finds unknown names that look like settings: the backend ignores a misspelt one silently. */
function judgeNames(sources: readonly Source[]): CheckOutcome {
  const expected = 'no name beginning with TAVUS_ that the backend does not know';
  const names = new Set(sources.flatMap(({ values }) => unknownNames(Object.keys(values))));
  // A known name with invisible characters is reported by its own check.
  return names.size === 0
    ? ok('none', expected)
    : warn(
        [...names].map(withSuggestion).join(', '),
        expected,
        'Correct or remove them: the backend ignores them.',
      );
}

const withSuggestion = (name: string): string => {
  const nearest = nearestName(name, SETTING_NAMES);
  return `${visible(name)}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`;
};

/** Secrets of all sources, including overridden values and misspelt names. */
function secretsIn(sources: readonly Source[]): readonly string[] {
  const isSecret = (name: string): boolean =>
    [...SECRET_SETTINGS, ...AWS_SECRETS].some((one) => one === name);
  return sources.flatMap(({ values }) => {
    const misread = new Map(
      misreadNames(Object.keys(values)).map(({ stored, setting }) => [stored, setting]),
    );
    return Object.entries(values).flatMap(([stored, text]) => {
      const name = misread.get(stored) ?? stored;
      if (!isSecret(name)) return isAddress(name) ? secretsInUrl(text?.trim() ?? '') : [];
      const value = text?.trim() ?? '';
      // CALLBACK_SECRETS contains several secrets; each must be masked by itself.
      return name === 'CALLBACK_SECRETS' ? [value, ...value.split(',').map((part) => part.trim())] : [value];
    });
  });
}

const isAddress = (name: string): boolean =>
  PROXY.test(name) || READ_SETTINGS.some((one) => one === name && settingRow(one).kind === 'url');

/** Secrets in a URL: its password, and long query values such as a shared access signature. */
function secretsInUrl(text: string): string[] {
  const url = URL.parse(text);
  if (url === null) return [];
  const long = [...url.searchParams.values()].filter((value) => value.length >= MIN_SECRET_CHARS);
  return [url.password, ...long].flatMap((one) => [one, decoded(one)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
