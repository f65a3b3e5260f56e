import { readArguments, textOption, wholeOption } from '../arguments';
import type { CliContext } from '../cli-context';
import { UsageError } from '../usage-error';
import { doctor } from './doctor';
import type { DoctorOptions } from './options';

const HELP = `Checks everything that recording a conversation needs. Reads only, and costs nothing.

  npx recordings doctor --env-file .env
  npx recordings doctor --environment prod          bucket, region and role from cdk-outputs.json
  npx recordings doctor --env-file .env --json

Options
  --env-file <file>           settings as the backend gets them
  --hand-over <file>          file written by \`cdk deploy\` or \`npm run hand-over\` (default with --environment: cdk-outputs.json)
  --environment <name>        environment in that file
  --wait <minutes>            repeat checks that fail because a right or role is missing: new ones take minutes to take effect (1 to 60)
  --bundle <file>             also write a support bundle: versions, settings without secrets, all checks; compressed if the name
                              ends with .gz
  --conversation <id>         with --bundle: add the facts of this conversation or start, from the ledger of LEDGER_URL
  --create-test-conversation  also create a test conversation with the recording settings (free), and end it
  --json                      print the report as JSON
  --help                      this text

With --environment the doctor also checks the stack, and compares retention and the Azure identity of the backend with cdk.json,
which is read from the folder of the hand-over.
A setting comes from the process environment, then --env-file, then the hand-over; the report names the source.
AWS credentials, profile and endpoints come from the AWS_* environment variables. Read access is enough; a check that lacks a
right is "unknown" and names it. Secrets and roles are masked.

Exit codes: 0 nothing failed, 1 at least one check failed, 2 the command line is wrong, or AWS or Tavus gave no answer to any check.
`;

const FLAGS = {
  'env-file': { type: 'string' },
  'hand-over': { type: 'string' },
  environment: { type: 'string' },
  wait: { type: 'string' },
  bundle: { type: 'string' },
  conversation: { type: 'string' },
  'create-test-conversation': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Parses the arguments; undefined when help is asked for.
 * @throws UsageError naming every problem
 */
export function parseDoctor(args: readonly string[]): DoctorOptions | undefined {
  const given = readArguments(args, FLAGS);
  if (given.values['help'] === true) return undefined;
  const problems = [...given.problems];
  const handOverFile = textOption(given, 'hand-over');
  const environment = textOption(given, 'environment');
  if (handOverFile !== undefined && environment === undefined) {
    problems.push(
      '--environment: missing beside --hand-over. The file may hold several. Name one, such as prod',
    );
  }
  const file = textOption(given, 'bundle');
  const conversationId = textOption(given, 'conversation');
  if (conversationId !== undefined && file === undefined) {
    problems.push('--bundle: missing beside --conversation. Name the file to write its facts to');
  }
  const waitMin = wholeOption(given, 'wait', { least: 1, most: 60 }, problems);
  if (problems.length > 0) throw new UsageError(problems, 'npx recordings doctor');
  return {
    envFile: textOption(given, 'env-file'),
    handOver:
      environment === undefined ? undefined : { file: handOverFile ?? 'cdk-outputs.json', environment },
    createTestConversation: given.values['create-test-conversation'] === true,
    json: given.values['json'] === true,
    waitMs: waitMin === undefined ? undefined : waitMin * 60_000,
    bundle: file === undefined ? undefined : { file, conversationId },
  };
}

/** @returns the exit code @throws UsageError */
export async function main(args: readonly string[], context: CliContext): Promise<number> {
  const options = parseDoctor(args);
  if (options !== undefined) return doctor(options, context);
  context.stdout.write(HELP);
  return 0;
}
