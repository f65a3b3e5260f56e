import { LAPTOP_ENVIRONMENT, parseHandOver, stackName } from '../../contract/hand-over';
import { problem, ProblemsError } from '../../contract/problem';
import { readArguments, textOption } from '../arguments';
import { stackClients, type StackClients } from '../aws/clients';
import type { CliContext } from '../cli-context';
import { maskOf } from '../mask';
import { UsageError } from '../usage-error';
import { deployedStack, stackLocation } from './deployed-stack';
import { replaceFile, withOutputs } from './outputs-file';

const COMMAND = 'npm run hand-over --';

const HELP = `Writes the outputs of a deployed stack into a file, as \`cdk deploy\` does.

  npx recordings hand-over --environment prod
  ${COMMAND} --environment prod

Options
  --environment <name>  environment of the stack TavusRecordings-<name>
  --file <file>         file to write (default: cdk-outputs.json); entries of other stacks are kept
  --region <region>     region of the stack (default: AWS_REGION, or the region of your profile)
  --help                this text

Needs the right cloudformation:DescribeStacks. Writes only if the stack is complete and its outputs are valid.
Exit codes: 0 written, 1 refused, 2 the command line is wrong.
`;

const FLAGS = {
  environment: { type: 'string' },
  file: { type: 'string' },
  region: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface HandOverOptions {
  readonly environment: string;
  readonly file: string;
  readonly region: string | undefined;
}

/**
 * Parses the command line; undefined when help is asked for.
 * @throws UsageError naming every problem
 */
function parseHandOverOptions(args: readonly string[]): HandOverOptions | undefined {
  const given = readArguments(args, FLAGS);
  if (given.values['help'] === true) return undefined;
  const environment = textOption(given, 'environment');
  const problems = [...given.problems];
  if (environment === undefined && !problems.some((text) => text.startsWith('--environment:'))) {
    problems.push(
      problem({
        name: '--environment',
        wrong: 'missing',
        got: 'nothing',
        why: 'Each environment has a stack of its own.',
        fix: 'Name one, such as prod.',
      }),
    );
  }
  if (environment === LAPTOP_ENVIRONMENT) {
    problems.push(
      problem({
        name: '--environment',
        wrong: 'is the laptop cloud',
        got: LAPTOP_ENVIRONMENT,
        why: 'It exists in no AWS account.',
        fix: 'Name a deployed environment.',
      }),
    );
  }
  if (environment === undefined || problems.length > 0) throw new UsageError(problems, COMMAND);
  return {
    environment,
    file: textOption(given, 'file') ?? 'cdk-outputs.json',
    region: textOption(given, 'region'),
  };
}

/**
 * @param connect creates the clients @default the SDK's, configured by the environment
 * @returns the exit code
 */
export async function main(
  args: readonly string[],
  { env, stdout, stderr }: CliContext,
  connect: (region: string | undefined) => StackClients = (region) => stackClients(region, env),
): Promise<number> {
  try {
    const options = parseHandOverOptions(args);
    if (options === undefined) {
      stdout.write(HELP);
      return 0;
    }
    stdout.write(`${await handOver(options, connect(options.region))}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    stderr.write(`${maskOf([])(error.message)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** @returns a message for people @throws ProblemsError, and then nothing was written */
async function handOver(
  { environment, file }: HandOverOptions,
  { cloudFormation, sts, close }: StackClients,
): Promise<string> {
  try {
    const stack = stackName(environment);
    const location = await stackLocation(sts, cloudFormation);
    const { status, outputs } = await deployedStack(cloudFormation, stack, location);
    const text = withOutputs(file, stack, outputs);
    parseHandOver(text, { environment });
    replaceFile(file, text);
    return `${stack} in account ${location.account}, ${location.region}: ${status}. Its outputs are in ${file}.`;
  } finally {
    close();
  }
}
