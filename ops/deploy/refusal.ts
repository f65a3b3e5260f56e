import { ProblemsError, type ProblemsErrorOptions } from '../../contract/problem';

interface RefusalOptions extends ProblemsErrorOptions {
  /** Whether nothing was tried yet. @default false */
  readonly isUntried?: boolean;
}

/** Why a job stopped: all problems that are known at once. */
export class Refusal extends ProblemsError {
  override readonly name = 'Refusal';
  /** 1: a step failed, 2: nothing could be tried. */
  readonly exitCode: 1 | 2;

  constructor(
    problems: readonly string[],
    { isUntried = false, title = 'The job stopped', ...options }: RefusalOptions = {},
  ) {
    super(problems, { title, ...options });
    this.exitCode = isUntried ? 2 : 1;
  }
}

/** Something that is looked at. Answers what is wrong, or throws when it could not look. */
type ProblemCheck = () => Promise<readonly string[]>;

/** Runs all, one after another, also after one that failed. @returns what is wrong, of all, each once */
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
