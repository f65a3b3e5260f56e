/** The command line cannot be used; the message names everything that is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(problems: readonly string[], help: string) {
    super(`${problems.map((problem) => `- ${problem}`).join('\n')}\nRun \`${help} --help\`.`);
  }
}
