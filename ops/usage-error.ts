import { bullets, ProblemsError } from '../contract/problem';

/** The command line cannot be used; the message names everything that is wrong with it. */
export class UsageError extends ProblemsError {
  override readonly name = 'UsageError';

  /** @param command whose help says more */
  constructor(problems: readonly string[], command?: string) {
    super(problems);
    this.message = [bullets(problems), ...(command === undefined ? [] : [`Run \`${command} --help\`.`])].join(
      '\n',
    );
  }
}
