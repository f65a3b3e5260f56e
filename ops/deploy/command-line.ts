import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { readArguments, textOption } from '../arguments';
import type { CliContext } from '../cli-context';
import { withEnvFile } from '../env-file';
import { UsageError } from '../usage-error';
import { deploy } from './deploy';
import { drift } from './drift';
import { given, isOnGithub } from './github';
import { buildImage } from './image';
import { openJob } from './job';
import { preview } from './preview';
import { Refusal } from './refusal';
import { realJobContext, type JobContext } from './job-context';
import type { JobKind } from './values/ci-variables';

/** The commands that work on both clouds. */
export type DeploymentCommand = 'deploy' | 'drift' | 'preview';

const COMMANDS: Readonly<
  Record<
    DeploymentCommand,
    {
      readonly kind: JobKind;
      readonly run: (context: JobContext) => Promise<void>;
      readonly about: string;
    }
  >
> = {
  deploy: {
    kind: 'deploy',
    run: deploy,
    about:
      'Deploys both clouds: bucket and role, what they hand over, the image, the backend. Then waits until it is live, and runs the\n' +
      'doctor. Stops before anything would be replaced or lost. What was done until then stays; the next run goes on from there.',
  },
  preview: {
    kind: 'check',
    run: preview,
    about:
      'Says what a deployment would change in both clouds, and fails when something would be replaced or lost. Changes nothing.',
  },
  drift: {
    kind: 'check',
    run: drift,
    about:
      'Says whether what is live is still what was deployed, and still works: the doctor, CloudFormation, Pulumi. Changes nothing.',
  },
};

const BUILD_ONLY =
  '  --build-only       only build the image and its bill of materials into .local/deploy, from where it is deployed; needs no value\n';

const help = (command: DeploymentCommand): string => `${COMMANDS[command].about}

  npx recordings ${command} --env-file prod.env
  npx recordings ${command} --check-only
${command === 'deploy' ? '  npx recordings deploy --build-only\n' : ''}
Options
  --env-file <file>  values that the process environment does not have
  --check-only       only check that all values are there and right; asks no cloud
${command === 'deploy' ? BUILD_ONLY : ''}  --help             this text

Runs in the project's folder. The values are those of docs/deploying-by-ci.md: where to deploy to, the backend's settings and
secrets. GitHub's workflows hand them over and log in. Anybody else logs in first: to AWS as someone who may assume the
bootstrap's roles, to Azure with \`az login\`; az, docker and pulumi are needed. Progress goes to standard error, what changes to
standard output; on GitHub to the log and the summary of the run. Secrets, bucket and role are masked.

Exit codes: 0 ${command === 'deploy' ? 'done' : 'nothing found'}, 1 a step failed or ${command === 'deploy' ? 'was refused' : 'something was found'}, 2 not tried: the command line or a value is wrong.
`;

const FLAGS = {
  'env-file': { type: 'string' },
  'check-only': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const DEPLOY_FLAGS = { ...FLAGS, 'build-only': { type: 'boolean' } } as const;

interface DeploymentOptions {
  readonly envFile: string | undefined;
  readonly only: 'build' | 'check' | undefined;
}

/**
 * Reads the words after the command; undefined when help is asked for.
 * @throws UsageError naming every problem
 */
export function parseDeployment(
  command: DeploymentCommand,
  args: readonly string[],
): DeploymentOptions | undefined {
  const parsed = readArguments(args, command === 'deploy' ? DEPLOY_FLAGS : FLAGS);
  if (parsed.values['help'] === true) return undefined;
  const { 'build-only': isBuild = false, 'check-only': isCheck = false } = parsed.values;
  const problems = [...parsed.problems];
  if (isBuild === true && isCheck === true)
    problems.push('--build-only: given beside --check-only. Name one');
  if (problems.length > 0) throw new UsageError(problems, `npx recordings ${command}`);
  return {
    envFile: textOption(parsed, 'env-file'),
    only: isBuild === true ? 'build' : isCheck === true ? 'check' : undefined,
  };
}

/** Runs one of the commands. Answers the exit code. @throws UsageError */
export async function main(
  command: DeploymentCommand,
  args: readonly string[],
  { stdout, stderr, ...cli }: CliContext,
): Promise<number> {
  const options = parseDeployment(command, args);
  if (options === undefined) {
    stdout.write(help(command));
    return 0;
  }
  const env = withEnvFile(options.envFile, cli.env, `npx recordings ${command}`);
  return run(command, options, realJobContext({ env, stdout, stderr }));
}

/** @param context what the tests put in the place of the real one */
export async function run(
  command: DeploymentCommand,
  { only }: Pick<DeploymentOptions, 'only'>,
  context: JobContext,
): Promise<number> {
  const { report } = context;
  try {
    if (only === 'build') await buildImage(context);
    else if (only === 'check') checkValues(COMMANDS[command].kind, context);
    else await keepingStackFile(context, () => COMMANDS[command].run(context));
    return 0;
  } catch (error) {
    // Also what nobody thought of: Node would print it as it is, with whatever values it holds.
    const text = error instanceof Refusal ? error.message : inspect(error);
    report.quote(text);
    if (!(error instanceof Refusal)) return 1;
    // Elsewhere both would stand in one terminal.
    if (isOnGithub(context.env)) report.summarize(`### Stopped\n\n${text}`);
    return error.exitCode;
  }
}

/** Checks all values of a job, before it has an identity in any cloud. */
function checkValues(kind: JobKind, context: JobContext): void {
  const { values } = openJob(kind, context);
  context.report.say(`✓ all values are there, to deploy ${values.ci.RECORDINGS_ENVIRONMENT}`);
}

/** Pulumi writes its configuration into the committed file of the stack; afterwards that is as it was. */
async function keepingStackFile({ env, root }: JobContext, work: () => Promise<void>): Promise<void> {
  const file = path.join(root, `Pulumi.${given(env, 'RECORDINGS_ENVIRONMENT') ?? ''}.yaml`);
  let before: string | undefined;
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    // It is missing; that is one of the problems that are named.
  }
  try {
    await work();
  } finally {
    if (before !== undefined) writeFileSync(file, before);
  }
}
