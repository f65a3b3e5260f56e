import path from 'node:path';
import {
  CONFIG_SETTINGS,
  SECRET_SETTINGS,
  SETTINGS,
  type ConfigSetting,
  type SecretSetting,
} from '../../../contract/settings';
import { PROGRAM_KEYS } from '../../../contract/program-keys';
import { problem } from '../../../contract/problem';
import type { BackendIdentity } from '../../../contract/backend-identity';
import { environmentNamed, environmentProblems, parseEnvironments } from '../../../contract/environments';
import { cdkContext } from '../../cdk-context';
import { given, isOnGithub } from '../github';
import { Refusal } from '../refusal';
import type { JobContext } from '../job-context';
import { settingProblems, ciVariableProblems } from './problems';
import { readStackFile, SET_BY_CI, type CommittedStackFile } from './stack-file';
import { type JobKind, CI_VARIABLE_NAMES, CI_VARIABLES, type CiVariableName } from './ci-variables';

/** Checked values of a job. */
export interface JobValues {
  readonly job: JobKind;
  /** CI variables; empty where the job does not need one. */
  readonly ci: Readonly<Record<CiVariableName, string>>;
  /** Settings of the backend; unset ones keep their defaults. */
  readonly settings: Readonly<Partial<Record<ConfigSetting, string>>>;
  readonly secrets: Readonly<Partial<Record<SecretSetting, string>>>;
  /** From the stack file. */
  readonly appName: string;
  readonly easyAuth: boolean;
  /** Identity that may read the recordings, from cdk.json. */
  readonly backend: BackendIdentity | undefined;
}

/** Values that are set, by name. */
const givenOf = <Name extends string>(
  env: NodeJS.ProcessEnv,
  names: readonly Name[],
): Partial<Record<Name, string>> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not keep the keys
  Object.fromEntries(
    names.flatMap((name) => {
      const text = given(env, name);
      return text === undefined ? [] : [[name, text]];
    }),
  ) as Partial<Record<Name, string>>;

/**
 * Reads and checks all values of a job, before any request to a cloud.
 * @throws Refusal with every value that is missing, malformed or contradicts a committed file; it contains no secret
 */
export function readValues(job: JobKind, { env, root }: Pick<JobContext, 'env' | 'root'>): JobValues {
  const settings = givenOf(env, CONFIG_SETTINGS);
  const secrets = givenOf(env, SECRET_SETTINGS);
  const ci = givenOf(env, CI_VARIABLE_NAMES);
  // An invalid name must not become part of a file name.
  const environment = CI_VARIABLES.RECORDINGS_ENVIRONMENT.schema.safeParse(ci.RECORDINGS_ENVIRONMENT).data;
  const stackFile = environment === undefined ? undefined : readStackFile(root, environment);
  const easyAuth = SETTINGS.EASY_AUTH.schema.safeParse(stackFile?.config['easyAuth']).data === true;
  const asked = { job, isOnGithub: isOnGithub(env) };
  const problems = [
    ...ciVariableProblems(asked, ci),
    ...settingProblems(asked, { ...settings, ...secrets }, easyAuth),
    ...(stackFile === undefined ? [] : stackFileProblems(stackFile, ci)),
    ...(environment === undefined ? [] : cdkProblems(root, environment, ci.AWS_REGION)),
  ];
  if (problems.length > 0) {
    throw new Refusal(problems, {
      title: 'Nothing was started because of these values',
      isUntried: true,
    });
  }
  return {
    job,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the values that the job needs were checked above
    ci: Object.fromEntries(CI_VARIABLE_NAMES.map((name) => [name, ci[name] ?? ''])) as JobValues['ci'],
    settings,
    secrets,
    appName: stackFile?.config['appName'] ?? PROGRAM_KEYS.appName.default,
    easyAuth,
    backend: backendOf(root, environment),
  };
}

const backendOf = (root: string, environment: string | undefined): BackendIdentity | undefined =>
  environmentNamed(cdkContext(path.join(root, 'cdk.json'))?.['environments'], environment ?? '')?.settings
    .backend;

type CiValues = Readonly<Partial<Record<CiVariableName, string>>>;

function stackFileProblems(file: CommittedStackFile, ci: CiValues): string[] {
  if (file.problem !== undefined) return [file.problem];
  const { name, config, encryptedKey, secretsProvider } = file;
  /** The file and the variable must agree. */
  const differing = (
    key: string,
    found: string | undefined,
    variable: CiVariableName,
    why: string,
  ): string[] =>
    ci[variable] === undefined || found === ci[variable]
      ? []
      : [
          problem({
            name,
            wrong: `its ${key} is not ${variable}`,
            got: found ?? 'nothing',
            why,
            fix: 'Correct one of the two.',
          }),
        ];
  const group = config['resourceGroupName'];
  const encrypted = 'Secrets would be encrypted with a wrong key.';
  const elsewhere = 'CI has no rights in another group.';
  return [
    ...differing('secretsprovider', secretsProvider, 'PULUMI_SECRETS_PROVIDER', encrypted),
    ...(group === undefined ? [] : differing('resourceGroupName', group, 'AZURE_RESOURCE_GROUP', elsewhere)),
    ...(encryptedKey === undefined
      ? [
          problem({
            name,
            wrong: 'has no encryptedkey',
            got: 'nothing',
            why: 'Without it no secret of the stack can be read.',
            fix: 'Commit the file as `pulumi stack init --secrets-provider` wrote it.',
          }),
        ]
      : []),
    ...SET_BY_CI.filter((key) => Object.hasOwn(config, key)).map((key) =>
      problem({
        name,
        wrong: `has ${key}, which CI sets`,
        got: 'both',
        why: 'The file would not show the value that runs.',
        fix: `Run \`pulumi config rm ${key}\`, and commit the file.`,
      }),
    ),
  ];
}

/** Problems of cdk.json that would stop the deployment half-way. */
function cdkProblems(root: string, environment: string, region: string | undefined): string[] {
  const context = cdkContext(path.join(root, 'cdk.json'));
  if (context === undefined) {
    return [
      problem({
        name: 'cdk.json',
        wrong: 'cannot be read',
        got: `nothing usable in ${root}`,
        why: 'It has the environments.',
        fix: 'Run this in the project folder.',
      }),
    ];
  }
  const problems = environmentProblems(context['environments'], region);
  if (problems.length > 0) return problems;
  const all = parseEnvironments(context['environments']);
  const found = all.find(({ name }) => name === environment);
  if (found === undefined) {
    return [
      problem({
        name: 'RECORDINGS_ENVIRONMENT',
        wrong: 'is not an environment of cdk.json',
        got: environment,
        why: 'There is nothing to deploy.',
        fix: `Name one of ${all.map(({ name }) => name).join(', ')}, or add it there.`,
      }),
    ];
  }
  return found.settings.permissionsBoundary === undefined
    ? [
        problem({
          name: `environments.${environment}.permissionsBoundary`,
          wrong: 'missing',
          got: 'nothing',
          why: 'CI may not create a role without it.',
          fix: 'Set it in cdk.json to the output PermissionsBoundary of the stack TavusRecordingsTrust.',
        }),
      ]
    : [];
}
