import { ProblemsError } from '../../contract/problem';

interface RefusalOptions extends ErrorOptions {
  /** Whether nothing was tried yet. @default false */
  readonly isUntried?: boolean;
}

/** Why a job stopped: all problems that are known at once. */
export class Refusal extends ProblemsError {
  override readonly name = 'Refusal';
  /** 1: a step failed, 2: nothing could be tried. */
  readonly exitCode: 1 | 2;

  constructor(
    title: string,
    problems: readonly string[],
    { isUntried = false, ...options }: RefusalOptions = {},
  ) {
    super(problems, title, options);
    this.exitCode = isUntried ? 2 : 1;
  }
}
