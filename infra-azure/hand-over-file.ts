import { readFileSync } from 'node:fs';
import { handOverError, IDENTITY_OUTPUTS, parseHandOver, type HandOver } from '../contract/hand-over';
import { problem } from '../contract/problem';

/** Which hand-over to read, and what it must match. */
export interface HandOverRequest {
  /** Absolute path of the file. */
  readonly file: string;
  readonly environment: string;
  /** True only for the laptop cloud itself. */
  readonly acceptLaptop: boolean;
  /** Expected by the stack's configuration; undefined: any. */
  readonly awsAccount: string | undefined;
  readonly awsRegion: string | undefined;
}

/**
 * Reads this environment's hand-over from the outputs file of `cdk deploy`.
 * @throws ProblemsError with all problems
 */
export function readHandOver(request: HandOverRequest): HandOver {
  const handOver = parseHandOver(textOf(request), request);
  const problems = [
    ...differing('awsAccount', IDENTITY_OUTPUTS.account, request.awsAccount, handOver.account),
    ...differing('awsRegion', IDENTITY_OUTPUTS.region, request.awsRegion, handOver.region),
  ];
  if (problems.length > 0) throw handOverError(problems);
  return handOver;
}

function textOf({ file, environment }: HandOverRequest): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw handOverError(
      [
        problem({
          name: 'handOverFile',
          wrong: 'cannot be read',
          got: `${codeOf(cause)} for ${file}`,
          why: 'Recording is on, and the file has the bucket and the role.',
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
          why: `The stack's configuration says ${key} ${expected}.`,
          fix: `Deploy the CDK stack there, or run \`pulumi config set ${key} ${found}\`.`,
        }),
      ];
