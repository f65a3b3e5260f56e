import { ProblemsError, type ProblemsErrorOptions } from '../../contract/problem';

interface RefusalOptions extends ProblemsErrorOptions {
  /** Whether nothing was started. @default false */
  readonly isUntried?: boolean;
}

/** A job stopped, with all known problems. */
export class Refusal extends ProblemsError {
  override readonly name = 'Refusal';
  /** 1: a step failed, 2: nothing was started. */
  readonly exitCode: 1 | 2;

  constructor(
    problems: readonly string[],
    { isUntried = false, title = 'The job stopped', ...options }: RefusalOptions = {},
  ) {
    super(problems, { title, ...options });
    this.exitCode = isUntried ? 2 : 1;
  }
}

/** Returns problems; throws when it could not check. */
type ProblemCheck = () => Promise<readonly string[]>;

/** Runs all checks in order, even after a failure. @returns all problems, without duplicates */
export async function problemsOf(checks: readonly ProblemCheck[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const check of checks) {
    try {
      problems.push(...(await check()));
    } catch (error) {
      problems.push(...(error instanceof Refusal ? error.problems : [String(error)]));
    }
  }
  return [...new Set(problems)];
}
