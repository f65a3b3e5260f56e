import { readFileSync } from 'node:fs';
import { handOverError, IDENTITY_OUTPUTS, parseHandOver, type HandOver } from '../contract/hand-over';
import { problem } from '../contract/problem';

/** Which hand-over is wanted. */
export interface Wanted {
  /** Absolute path of the file. */
  readonly file: string;
  readonly environment: string;
  /** Only the laptop cloud itself takes its own values. */
  readonly acceptLaptop: boolean;
  /** What the stack's configuration expects; undefined leaves it to the hand-over. */
  readonly awsAccount: string | undefined;
  readonly awsRegion: string | undefined;
}

/**
 * Reads what `cdk deploy` handed over to this environment.
 * @throws ProblemsError naming everything that is wrong with it
 */
export function readHandOver(wanted: Wanted): HandOver {
  const handOver = parseHandOver(textOf(wanted), wanted);
  const problems = [
    ...differing('awsAccount', IDENTITY_OUTPUTS.account, wanted.awsAccount, handOver.account),
    ...differing('awsRegion', IDENTITY_OUTPUTS.region, wanted.awsRegion, handOver.region),
  ];
  if (problems.length > 0) throw handOverError(problems);
  return handOver;
}

function textOf({ file, environment }: Wanted): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw handOverError(
      [
        problem({
          name: 'handOverFile',
          wrong: 'cannot be read',
          got: `${codeOf(cause)} for ${file}`,
          why: 'Recording is on, and without it nobody knows where recordings go.',
          fix: `Run \`npx cdk deploy\`, or \`npm run hand-over -- --environment ${environment}\`.`,
        }),
      ],
      { cause },
    );
  }
}

const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : String(cause);

const differing = (key: string, output: string, expected: string | undefined, found: string): string[] =>
  expected === undefined || expected === found
    ? []
    : [
        problem({
          name: output,
          wrong: `is not ${expected}`,
          got: found,
          why: `This stack's ${key} says that its recordings are there and nowhere else.`,
          fix: `Deploy the other side there, or run \`pulumi config set ${key} ${found}\`.`,
        }),
      ];
