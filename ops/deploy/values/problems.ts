import { accountOfRole, maskArn } from '../../../contract/aws-values';
import { MISSING_ALTHOUGH, requiredSettings } from '../../../contract/required-settings';
import { SETTING_REASONS } from '../../../contract/setting-reasons';
import { SETTING_SCHEMAS } from '../../../contract/setting-schemas';
import type { ConfigSetting, ReadSetting, SecretSetting } from '../../../contract/settings';
import { CONFIG_SETTINGS, SECRET_SETTINGS } from '../../../contract/program-keys';
import { GITHUB_ENVIRONMENTS, GITHUB_NAMES } from './github-names';
import {
  type JobKind,
  TRUST_VARIABLE_NAMES,
  TRUST_VARIABLES,
  type TrustVariable,
  type TrustVariableName,
} from './trust-variables';

type ValuesOf<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** Whose values are asked for. */
interface Asked {
  readonly job: JobKind;
  readonly isOnGithub: boolean;
}

/** How to set a value. GitHub's command asks for it, so that none stands in a shell's history. */
function setIt(name: string, { job, isOnGithub }: Asked): string {
  if (!isOnGithub) return `Set ${name} in the environment, or in the file of --env-file.`;
  const kind = GITHUB_NAMES[name]?.kind ?? 'variable';
  return `Run \`gh ${kind} set ${name} --env ${GITHUB_ENVIRONMENTS[job]}\`.`;
}

/** A person has logged in to both clouds by other means. */
const isNeeded = ({ jobs, isIdentity = false }: TrustVariable, { job, isOnGithub }: Asked): boolean =>
  jobs.includes(job) && (isOnGithub || !isIdentity);

/** What may stand in an error in place of a value. */
const shown = (name: string, value: string): string =>
  GITHUB_NAMES[name]?.kind === 'secret'
    ? `${value.length} characters`
    : JSON.stringify(maskArn(value)).slice(0, 120);

interface Parsed {
  readonly error?: { readonly issues: readonly { readonly message: string }[] } | undefined;
}

const wrongIn = ({ error }: Parsed): string | undefined => error?.issues[0]?.message;

/** What is wrong with the values that lead into the clouds. */
export function trustProblems(asked: Asked, values: ValuesOf<TrustVariableName>): string[] {
  const problemOf = (name: TrustVariableName): string[] => {
    const variable: TrustVariable = TRUST_VARIABLES[name];
    if (!isNeeded(variable, asked)) return [];
    const { schema, why } = variable;
    const value = values[name];
    const wrong = value === undefined ? 'missing' : wrongIn(schema.safeParse(value));
    if (wrong === undefined) return [];
    return [
      `${name}: ${wrong}, got ${value === undefined ? 'nothing' : shown(name, value)}. ${why} ${setIt(name, asked)}`,
    ];
  };
  return [
    ...TRUST_VARIABLE_NAMES.flatMap(problemOf),
    ...(['AWS_DEPLOY_ROLE_ARN', 'AWS_CHECK_ROLE_ARN'] as const).flatMap((name) =>
      otherAccountProblems(name, asked, values),
    ),
  ];
}

function otherAccountProblems(
  name: 'AWS_CHECK_ROLE_ARN' | 'AWS_DEPLOY_ROLE_ARN',
  asked: Asked,
  values: ValuesOf<TrustVariableName>,
): string[] {
  const account = accountOfRole(values[name] ?? '');
  if (!isNeeded(TRUST_VARIABLES[name], asked) || account === undefined || values.AWS_ACCOUNT_ID === undefined)
    return [];
  if (account === values.AWS_ACCOUNT_ID) return [];
  return [
    `${name}: is a role of another account than AWS_ACCOUNT_ID, got ${shown(name, values[name] ?? '')}. ` +
      `Two accounts cannot both be meant. ${setIt(name, asked)}`,
  ];
}

/** What is wrong with the settings of the backend. @param easyAuth whether people sign in before they reach it */
export function settingProblems(
  asked: Asked,
  values: ValuesOf<ConfigSetting | SecretSetting>,
  easyAuth: boolean,
): string[] {
  const isGiven = (name: ReadSetting): boolean => Object.hasOwn(values, name);
  const required = requiredSettings({
    hasReplica: isGiven('TAVUS_REPLICA_ID'),
    // Its three values come from the deployed stack, inside the job.
    isRecording: false,
    // On Azure the backend is always public.
    publicBaseUrl: 'https:',
    easyAuth,
  });
  const missing = required
    .filter((name) => !isGiven(name))
    .map(
      (name) =>
        `${name}: missing${MISSING_ALTHOUGH[name] ?? ''}, got nothing. ${SETTING_REASONS[name]} ${setIt(name, asked)}`,
    );
  const malformed = [...CONFIG_SETTINGS, ...SECRET_SETTINGS].flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    const wrong = wrongIn(SETTING_SCHEMAS[name].safeParse(value));
    return wrong === undefined
      ? []
      : [`${name}: ${wrong}, got ${shown(name, value)}. ${SETTING_REASONS[name]} ${setIt(name, asked)}`];
  });
  return [...missing, ...malformed];
}
