import { accountOfRole } from '../../../contract/aws-values';
import { formatValue, problem } from '../../../contract/problem';
import { missingFault, readSettings } from '../../../contract/read-settings';
import {
  CONFIG_SETTINGS,
  SECRET_SETTINGS,
  settingRow,
  type ConfigSetting,
  type SecretSetting,
} from '../../../contract/settings';
import { GITHUB_ENVIRONMENTS, GITHUB_NAMES } from './github-names';
import {
  type Job,
  TRUST_VARIABLE_NAMES,
  TRUST_VARIABLES,
  type TrustVariable,
  type TrustVariableName,
} from './trust-variables';

type Given<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** The command that sets a value; it asks for it, so that none stands in a shell's history. */
function setIt(name: string, job: Job): string {
  const kind = GITHUB_NAMES[name]?.kind ?? 'variable';
  return `Run \`gh ${kind} set ${name} --env ${GITHUB_ENVIRONMENTS[job]}\`.`;
}

/** What is wrong with the values that lead into the clouds. */
export function trustProblems(job: Job, values: Given<TrustVariableName>): string[] {
  const problemOf = (name: TrustVariableName): string[] => {
    const { jobs, schema, why }: TrustVariable = TRUST_VARIABLES[name];
    if (!jobs.includes(job)) return [];
    const value = values[name];
    const wrong = value === undefined ? 'missing' : schema.safeParse(value).error?.issues[0]?.message;
    return wrong === undefined
      ? []
      : [problem({ name, wrong, got: formatValue(value), why, fix: setIt(name, job) })];
  };
  return [
    ...TRUST_VARIABLE_NAMES.flatMap(problemOf),
    ...(['AWS_DEPLOY_ROLE_ARN', 'AWS_CHECK_ROLE_ARN'] as const).flatMap((name) =>
      otherAccountProblems(name, job, values),
    ),
  ];
}

function otherAccountProblems(
  name: 'AWS_CHECK_ROLE_ARN' | 'AWS_DEPLOY_ROLE_ARN',
  job: Job,
  values: Given<TrustVariableName>,
): string[] {
  const { jobs }: TrustVariable = TRUST_VARIABLES[name];
  const account = accountOfRole(values[name] ?? '');
  if (!jobs.includes(job) || account === undefined || values.AWS_ACCOUNT_ID === undefined) return [];
  if (account === values.AWS_ACCOUNT_ID) return [];
  return [
    problem({
      name,
      wrong: 'is a role of another account than AWS_ACCOUNT_ID',
      got: formatValue(values[name]),
      why: 'Two accounts cannot both be meant.',
      fix: setIt(name, job),
    }),
  ];
}

/** What is wrong with the settings of the backend. @param easyAuth whether people sign in before they reach it */
export function settingProblems(
  job: Job,
  values: Given<ConfigSetting | SecretSetting>,
  easyAuth: boolean,
): string[] {
  const { malformed, missing } = readSettings<ConfigSetting | SecretSetting>({
    names: [...CONFIG_SETTINGS, ...SECRET_SETTINGS],
    textOf: (name) => values[name],
    // On Azure the backend is always public.
    circumstances: { publicBaseUrl: 'https:', easyAuth },
  });
  return [...missing.map(missingFault), ...malformed].map((fault) =>
    problem({ ...fault, why: settingRow(fault.name).why, fix: setIt(fault.name, job) }),
  );
}
