/** The command line cannot be used; the message names everything that is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** @param command whose help says more */
  constructor(problems: readonly string[], command?: string) {
    const bullets = problems.map((problem) => `- ${problem}`).join('\n');
    super(command === undefined ? bullets : `${bullets}\nRun \`${command} --help\`.`);
  }
}
