import { readArguments, textOption } from './arguments';
import { doctor } from './doctor/doctor';
import type { DoctorOptions } from './doctor/options';
import { UsageError } from './usage-error';

/** What a command gets of the process. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** The part of a stream that is used. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

const HELP = `The operator's command line for Tavus recordings.

  npx recordings doctor   checks settings, AWS and Tavus before the first paid call

  npx recordings <command> --help
`;

const DOCTOR_HELP = `Checks everything that has to be right before a conversation can be recorded. Reads only, and costs nothing.

  npx recordings doctor --env-file .env
  npx recordings doctor --environment prod          AWS's three values from cdk-outputs.json
  npx recordings doctor --env-file .env --json

Options
  --env-file <file>           settings as the backend gets them
  --hand-over <file>          what \`cdk deploy\` or \`npm run hand-over\` wrote (default with --environment: cdk-outputs.json)
  --environment <name>        which environment's entry of that file
  --create-test-conversation  also have Tavus make a conversation in test mode with the recording settings (free), and end it
  --json                      the report for programs, on standard output
  --help                      this text

A setting is taken from the process environment, else from --env-file, else from the hand-over; the report says from which.
AWS is asked with the credentials, profile and endpoints of the AWS_* environment variables. Rights to read are enough; one
that is missing is named, and its check is "unknown". Secrets and roles are masked.

Exit codes: 0 nothing failed, 1 at least one check failed, 2 the command line is wrong, or AWS or Tavus could not be asked at all.
`;

const DOCTOR_FLAGS = {
  'env-file': { type: 'string' },
  'hand-over': { type: 'string' },
  environment: { type: 'string' },
  'create-test-conversation': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads the words after `doctor`; undefined when help is asked for.
 * @throws UsageError naming every problem
 */
export function parseDoctor(args: readonly string[]): DoctorOptions | undefined {
  const given = readArguments(args, DOCTOR_FLAGS);
  if (given.values['help'] === true) return undefined;
  const problems = [...given.problems];
  const handOverFile = textOption(given, 'hand-over');
  const environment = textOption(given, 'environment');
  if (handOverFile !== undefined && environment === undefined) {
    problems.push(
      '--environment: missing beside --hand-over. The file may hold several. Name one, such as prod',
    );
  }
  if (problems.length > 0) throw new UsageError(problems, 'npx recordings doctor');
  return {
    envFile: textOption(given, 'env-file'),
    handOver:
      environment === undefined ? undefined : { file: handOverFile ?? 'cdk-outputs.json', environment },
    createTestConversation: given.values['create-test-conversation'] === true,
    json: given.values['json'] === true,
  };
}

/** Runs the command line. Answers the exit code; results go to standard output, everything else to standard error. */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const [command, ...rest] = args;
  try {
    if (command === 'doctor') {
      const options = parseDoctor(rest);
      if (options !== undefined) return await doctor(options, surroundings);
      surroundings.stdout.write(DOCTOR_HELP);
      return 0;
    }
    if (command === '--help' || command === '-h') {
      surroundings.stdout.write(HELP);
      return 0;
    }
    const wrong = command === undefined ? 'command: missing, got nothing' : `${command}: no such command`;
    throw new UsageError([wrong], 'npx recordings');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    surroundings.stderr.write(`${error.message}\n`);
    return 2;
  }
}
