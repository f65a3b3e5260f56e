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
  type JobKind,
  CI_VARIABLE_NAMES,
  CI_VARIABLES,
  type CiVariable,
  type CiVariableName,
} from './ci-variables';

type ValuesOf<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** The job whose values are checked. */
interface Asked {
  readonly job: JobKind;
  readonly isOnGithub: boolean;
}

/** How to set a value. `gh` prompts for it, so that it does not appear in the shell history. */
function setIt(name: string, { job, isOnGithub }: Asked): string {
  if (!isOnGithub) return `Set ${name} in the environment, or in the file of --env-file.`;
  const kind = GITHUB_NAMES[name]?.kind ?? 'variable';
  return `Run \`gh ${kind} set ${name} --env ${GITHUB_ENVIRONMENTS[job]}\`.`;
}

/** Outside GitHub a person has logged in, so identities are not needed. */
const isNeeded = ({ jobs, isIdentity = false }: CiVariable, { job, isOnGithub }: Asked): boolean =>
  jobs.includes(job) && (isOnGithub || !isIdentity);

/** Problems of the CI variables. */
export function ciVariableProblems(asked: Asked, values: ValuesOf<CiVariableName>): string[] {
  const problemOf = (name: CiVariableName): string[] => {
    const variable: CiVariable = CI_VARIABLES[name];
    if (!isNeeded(variable, asked)) return [];
    const { schema, why } = variable;
    const value = values[name];
    const wrong = value === undefined ? 'missing' : schema.safeParse(value).error?.issues[0]?.message;
    return wrong === undefined
      ? []
      : [problem({ name, wrong, got: formatValue(value), why, fix: setIt(name, asked) })];
  };
  return [
    ...CI_VARIABLE_NAMES.flatMap(problemOf),
    ...(['AWS_DEPLOY_ROLE_ARN', 'AWS_CHECK_ROLE_ARN'] as const).flatMap((name) =>
      otherAccountProblems(name, asked, values),
    ),
  ];
}

function otherAccountProblems(
  name: 'AWS_CHECK_ROLE_ARN' | 'AWS_DEPLOY_ROLE_ARN',
  asked: Asked,
  values: ValuesOf<CiVariableName>,
): string[] {
  const account = accountOfRole(values[name] ?? '');
  if (!isNeeded(CI_VARIABLES[name], asked) || account === undefined || values.AWS_ACCOUNT_ID === undefined)
    return [];
  if (account === values.AWS_ACCOUNT_ID) return [];
  return [
    problem({
      name,
      wrong: 'is a role of another account than AWS_ACCOUNT_ID',
      got: formatValue(values[name]),
      why: 'A job deploys to one account.',
      fix: setIt(name, asked),
    }),
  ];
}

/** Problems of the settings of the backend. @param easyAuth whether Entra sign-in is required in front of it */
export function settingProblems(
  asked: Asked,
  values: ValuesOf<ConfigSetting | SecretSetting>,
  easyAuth: boolean,
): string[] {
  const { malformed, missing } = readSettings<ConfigSetting | SecretSetting>({
    names: [...CONFIG_SETTINGS, ...SECRET_SETTINGS],
    textOf: (name) => values[name],
    // On Azure the backend is always public.
    circumstances: { publicBaseUrl: 'https:', easyAuth },
  });
  return [...missing.map(missingFault), ...malformed].map((fault) =>
    problem({ ...fault, why: settingRow(fault.name).why, fix: setIt(fault.name, asked) }),
  );
}
