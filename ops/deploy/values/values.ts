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

/** What a job was given, checked. */
export interface Values {
  readonly job: JobKind;
  /** Values that lead into the clouds; empty where the job needs none. */
  readonly ci: Readonly<Record<CiVariableName, string>>;
  /** Settings of the backend that are set; the others keep their defaults. */
  readonly settings: Readonly<Partial<Record<ConfigSetting, string>>>;
  readonly secrets: Readonly<Partial<Record<SecretSetting, string>>>;
  /** From the stack's file. */
  readonly appName: string;
  readonly easyAuth: boolean;
  /** From cdk.json: whose identity may read the recordings. */
  readonly backend: BackendIdentity | undefined;
}

/** What `pulumi config set` would keep, by name; without those that are not set. */
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
 * Reads and checks all values of a job, before any cloud is touched.
 * @throws Refusal naming everything that is missing, malformed or contradicts what is committed; no secret is in it
 */
export function readValues(job: JobKind, { env, root }: Pick<JobContext, 'env' | 'root'>): Values {
  const settings = givenOf(env, CONFIG_SETTINGS);
  const secrets = givenOf(env, SECRET_SETTINGS);
  const ci = givenOf(env, CI_VARIABLE_NAMES);
  // No file is looked for under a name that is not one.
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
      title: 'Nothing was started, these values are not right',
      isUntried: true,
    });
  }
  return {
    job,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the job needs was just found to be there
    ci: Object.fromEntries(CI_VARIABLE_NAMES.map((name) => [name, ci[name] ?? ''])) as Values['ci'],
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
  /** What stands in both places must be the same; what the file leaves out is CI's to say. */
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
  const encrypted = 'Secrets would be encrypted with a key that nobody checked.';
  const elsewhere = 'The backend would be where CI has no rights.';
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
        wrong: `holds ${key}, which CI sets`,
        got: 'it in both places',
        why: 'Whoever reads the file would be wrong about what runs.',
        fix: `Run \`pulumi config rm ${key}\`, and commit the file.`,
      }),
    ),
  ];
}

/** What would stop the deployment half-way: an environment that is not there, or roles that CI may not make. */
function cdkProblems(root: string, environment: string, region: string | undefined): string[] {
  const context = cdkContext(path.join(root, 'cdk.json'));
  if (context === undefined) {
    return [
      problem({
        name: 'cdk.json',
        wrong: 'cannot be read',
        got: `nothing usable in ${root}`,
        why: 'It holds the environments.',
        fix: "Run this in the project's folder.",
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
        wrong: 'is no environment of cdk.json',
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
          why: 'AWS refuses CI a role without it.',
          fix: 'Set it in cdk.json to the output PermissionsBoundary of the stack TavusRecordingsTrust.',
        }),
      ]
    : [];
}
