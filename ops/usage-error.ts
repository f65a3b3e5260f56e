import { bullets, ProblemsError } from '../contract/problem';

/** The command line is wrong. The message lists every problem. */
export class UsageError extends ProblemsError {
  override readonly name = 'UsageError';

  /** @param command named in the message, for its --help */
  constructor(problems: readonly string[], command?: string) {
    super(problems);
    this.message = [bullets(problems), ...(command === undefined ? [] : [`Run \`${command} --help\`.`])].join(
      '\n',
    );
  }
}
