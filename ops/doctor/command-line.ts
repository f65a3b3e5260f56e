import { readArguments, textOption, wholeOption } from '../arguments';
import type { CliContext } from '../cli-context';
import { UsageError } from '../usage-error';
import { doctor } from './doctor';
import type { DoctorOptions } from './options';

const HELP = `Checks everything that has to be right before a conversation can be recorded. Reads only, and costs nothing.

  npx recordings doctor --env-file .env
  npx recordings doctor --environment prod          AWS's three values from cdk-outputs.json
  npx recordings doctor --env-file .env --json

Options
  --env-file <file>           settings as the backend gets them
  --hand-over <file>          what \`cdk deploy\` or \`npm run hand-over\` wrote (default with --environment: cdk-outputs.json)
  --environment <name>        which environment's entry of that file
  --wait <minutes>            repeat what fails or is unknown for want of a right or a role: AWS spreads these slowly (1 to 60)
  --bundle <file>             also write versions, settings without secrets, and all checks, for a person who has to help;
                              a name that ends with .gz is compressed
  --conversation <id>         with --bundle: the facts of this conversation or start too, from the ledger of LEDGER_URL
  --create-test-conversation  also have Tavus make a conversation in test mode with the recording settings (free), and end it
  --json                      the report for programs, on standard output
  --help                      this text

With --environment its stack is looked at too, and the cdk.json beside the file says what is promised of the recordings, and
which Azure identity may read them: issuer, audience and subject are compared with what AWS has.
A setting is taken from the process environment, else from --env-file, else from the hand-over; the report says from which.
AWS is asked with the credentials, profile and endpoints of the AWS_* environment variables. Rights to read are enough; one
that is missing is named, and its check is "unknown". Secrets and roles are masked.

Exit codes: 0 nothing failed, 1 at least one check failed, 2 the command line is wrong, or AWS or Tavus could not be asked at all.
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
 * Reads the words after `doctor`; undefined when help is asked for.
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
    problems.push('--bundle: missing beside --conversation. Name the file into which its facts go');
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

/** Runs `recordings doctor`. Answers the exit code. @throws UsageError */
export async function main(args: readonly string[], context: CliContext): Promise<number> {
  const options = parseDoctor(args);
  if (options !== undefined) return doctor(options, context);
  context.stdout.write(HELP);
  return 0;
}
