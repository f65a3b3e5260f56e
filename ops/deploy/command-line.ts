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

/** Commands for both clouds. */
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
      'Deploys both clouds in order: bucket and role, hand-over, image, backend. Then waits until the backend is live and runs the\n' +
      'doctor. Stops before anything would be replaced or lost. Completed steps stay; the next run continues from there.',
  },
  preview: {
    kind: 'check',
    run: preview,
    about:
      'Shows what a deployment would change in both clouds, and fails if something would be replaced or lost. Changes nothing.',
  },
  drift: {
    kind: 'check',
    run: drift,
    about:
      'Compares what is live with what was deployed, and runs the doctor. Asks CloudFormation and Pulumi. Changes nothing.',
  },
};

const BUILD_ONLY =
  '  --build-only       only build the image and its bill of materials into .local/deploy; needs no values\n';

const help = (command: DeploymentCommand): string => `${COMMANDS[command].about}

  npx recordings ${command} --env-file prod.env
  npx recordings ${command} --check-only
${command === 'deploy' ? '  npx recordings deploy --build-only\n' : ''}
Options
  --env-file <file>  values that are not in the process environment
  --check-only       only check that all values are present and valid; makes no request
${command === 'deploy' ? BUILD_ONLY : ''}  --help             this text

Run it in the project folder. docs/deploying-by-ci.md lists the values: targets, settings and secrets of the backend. GitHub's
workflows pass them and log in. Outside GitHub, log in first: to AWS with the right to assume the bootstrap roles, to Azure with
\`az login\`; az, docker and pulumi are needed. Progress goes to standard error, changes to standard output; on GitHub to the log
and the summary of the run. Secrets, bucket and role are masked.

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
 * Parses the arguments; undefined when help is asked for.
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

/** @returns the exit code @throws UsageError */
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

/** @param context replaced by tests @returns the exit code */
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
    // Unexpected errors too: Node would print them with the values they contain.
    const text = error instanceof Refusal ? error.message : inspect(error);
    report.quote(text);
    if (!(error instanceof Refusal)) return 1;
    // Only on GitHub; a terminal would show the text twice.
    if (isOnGithub(context.env)) report.summarize(`### Stopped\n\n${text}`);
    return error.exitCode;
  }
}

/** Needs no cloud identity. */
function checkValues(kind: JobKind, context: JobContext): void {
  const { values } = openJob(kind, context);
  context.report.say(`✓ all values are present, to deploy ${values.ci.RECORDINGS_ENVIRONMENT}`);
}

/** Restores the committed stack file afterwards: Pulumi writes its configuration into it. */
async function keepingStackFile({ env, root }: JobContext, work: () => Promise<void>): Promise<void> {
  const file = path.join(root, `Pulumi.${given(env, 'RECORDINGS_ENVIRONMENT') ?? ''}.yaml`);
  let before: string | undefined;
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    // A missing file is reported with the other problems.
  }
  try {
    await work();
  } finally {
    if (before !== undefined) writeFileSync(file, before);
  }
}
