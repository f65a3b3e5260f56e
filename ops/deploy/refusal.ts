/** Why a job stopped: each problem in four parts, all that are known at once. Nothing secret is in them. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly title: string,
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`${title}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`, options);
  }
}
