import { maskArn } from '../../../app/contract/aws-values';
import { misreadNames, type MisreadName } from '../../../app/contract/misread-names';
import { MISSING_ALTHOUGH, requiredSettings } from '../../../app/contract/required-settings';
import { SETTING_FIXES } from '../../../app/contract/setting-fixes';
import { SETTING_REASONS } from '../../../app/contract/setting-reasons';
import { SETTING_SCHEMAS, type SettingValues } from '../../../app/contract/setting-schemas';
import {
  SETTING_NAMES,
  SETTINGS,
  type ReadSetting,
  type Setting,
  type SettingName,
} from '../../../app/contract/settings';
import { visible, withoutInvisible } from '../../../app/contract/text-encoding';
import { fail, ok, warn, type Check, type Verdict } from '../verdict';
import { lookUp, type Given, type Source } from './sources';

/** The settings as the backend would read them. */
export interface ReadSettings {
  /** Undefined when unset without a default, or wrong. */
  readonly values: SettingValues;
  /** Everything that must never be shown. */
  readonly secrets: readonly string[];
  readonly checks: readonly Check[];
}

const isRead = (name: SettingName): name is ReadSetting => Object.hasOwn(SETTING_SCHEMAS, name);
const READ = SETTING_NAMES.filter(isRead);
const SECRET = READ.filter((name) => SETTINGS[name].source === 'secret');

/** Secrets of AWS's own that the process may hold. */
const AWS_SECRETS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

const FIXES: typeof SETTING_FIXES = {
  ...SETTING_FIXES,
  aws: () => 'Run `npx cdk deploy`, and give cdk-outputs.json by --hand-over, or set it in .env.',
};

/** What may stand in the report in place of the value. */
function shown(name: ReadSetting, value: string): string {
  return SETTINGS[name].source === 'secret'
    ? `${value.length} characters`
    : visible(maskArn(value)).slice(0, 120);
}

/** Reads all settings of the backend, and judges each. */
export function readSettings(sources: readonly Source[]): ReadSettings {
  const given = new Map(READ.map((name) => [name, lookUp(sources, name)]));
  const problems = new Map<ReadSetting, string>();
  const read = (name: ReadSetting): unknown => {
    const setting: Setting = SETTINGS[name];
    const value = given.get(name)?.value ?? setting.default;
    if (value === undefined) return undefined;
    const parsed = SETTING_SCHEMAS[name].safeParse(value);
    if (parsed.success) return parsed.data;
    problems.set(name, parsed.error.issues[0]?.message ?? 'is wrong');
    return undefined;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not follow computed keys
  const values = Object.fromEntries(READ.map((name) => [name, read(name)])) as SettingValues;
  const required = requiredSettings({
    hasReplica: given.get('TAVUS_REPLICA_ID') !== undefined,
    isRecording: values.TAVUS_ENABLE_RECORDING === true,
    publicBaseUrl: values.PUBLIC_BASE_URL,
    // One that is wrong has its own line, and asks for no key.
    easyAuth: values.EASY_AUTH !== false,
  });

  const verdictOn = (name: ReadSetting): Verdict | undefined => {
    const found = given.get(name);
    const problem = problems.get(name);
    if (found !== undefined) return judgeGiven(name, found, problem);
    return required.includes(name) ? judgeMissing(name) : undefined;
  };
  const lines = READ.map((name) => ({ name, verdict: verdictOn(name) }));
  const unset = lines.filter(({ verdict }) => verdict === undefined).map(({ name }) => name);
  return {
    values,
    secrets: secretsIn(sources),
    checks: [
      ...sources.flatMap(misreadChecks),
      ...lines.flatMap(({ name, verdict }) => (verdict === undefined ? [] : [settingCheck(name, verdict)])),
      settingCheck('recording', judgeRecording(values.TAVUS_ENABLE_RECORDING)),
      settingCheck(
        'unset',
        ok(`${unset.length} of ${READ.length}`, 'only what is optional or has a default'),
      ),
      settingCheck('not-settings', judgeNames(sources)),
    ],
  };
}

const settingCheck = (id: string, verdict: Verdict): Check => ({
  id,
  topic: 'settings',
  verdict: () => verdict,
});

function judgeGiven(
  name: ReadSetting,
  { value, from, contradictedBy }: Given,
  problem: string | undefined,
): Verdict {
  const setting: Setting = SETTINGS[name];
  const found = `${shown(name, value)}, from ${from}`;
  const fix = FIXES[setting.source](name, setting);
  if (problem !== undefined)
    return fail(`${problem}, got ${found}`, `${setting.meaning} ${SETTING_REASONS[name]}`, fix);
  return contradictedBy.length === 0
    ? ok(found, setting.meaning)
    : warn(
        `${found}; ${contradictedBy.join(', ')} has another value`,
        'one value everywhere',
        'Take the stale one away: after a new deployment the role is another.',
      );
}

function judgeMissing(name: ReadSetting): Verdict {
  const setting: Setting = SETTINGS[name];
  return fail(
    `missing${MISSING_ALTHOUGH[name] ?? ''}`,
    `${setting.meaning} ${SETTING_REASONS[name]}`,
    FIXES[setting.source](name, setting),
  );
}

const misreadChecks = ({ label, values }: Source): Check[] =>
  misreadNames(Object.keys(values)).map((name) => settingCheck(name.shown, judgeMisread(name, label)));

const judgeMisread = ({ wrong, got, why, fix }: MisreadName, label: string): Verdict =>
  fail(`${wrong}, got ${got}, from ${label}`, `a name without invisible characters. ${why}`, fix);

/** Off is a choice, but seldom of somebody who asks the doctor. */
function judgeRecording(isOn: boolean | undefined): Verdict {
  return isOn === true
    ? ok('on', 'on')
    : warn('off: nothing will be recorded', 'on', 'Set TAVUS_ENABLE_RECORDING=true.');
}

/** Names that look like settings and are none: a misspelt one changes nothing, and nobody is told. */
function judgeNames(sources: readonly Source[]): Verdict {
  const expected = 'no name beginning with TAVUS_ that the backend does not know';
  const names = new Set(
    sources
      .flatMap(({ values }) => Object.keys(values))
      .filter((name) => /^TAVUS_/i.test(withoutInvisible(name))),
  );
  // A known one with invisible characters has a line of its own.
  const strange = [...names].filter(
    (name) => !SETTING_NAMES.some((known) => known === withoutInvisible(name)),
  );
  return strange.length === 0
    ? ok('none', expected)
    : warn(strange.map(visible).join(', '), expected, 'Compare with env.example: the backend ignores them.');
}

/** Secrets of every source, also of those that lost, and of those whose name is misread. */
function secretsIn(sources: readonly Source[]): readonly string[] {
  const isSecret = (name: string): boolean => [...SECRET, ...AWS_SECRETS].some((one) => one === name);
  return sources.flatMap(({ values }) => {
    const misread = new Map(misreadNames(Object.keys(values)).map(({ name, setting }) => [name, setting]));
    return Object.entries(values).flatMap(([stored, text]) => {
      const name = misread.get(stored) ?? stored;
      if (!isSecret(name)) return [];
      const value = text?.trim() ?? '';
      // One setting holds two secrets, and each alone is as good as both.
      return name === 'CALLBACK_SECRETS' ? [value, ...value.split(',').map((part) => part.trim())] : [value];
    });
  });
}
