interface RefusalOptions extends ErrorOptions {
  /** Whether nothing was tried yet. @default false */
  readonly isUntried?: boolean;
}

/** Why a job stopped: each problem in four parts, all that are known at once. Nothing secret is in them. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** 1: a step failed, 2: nothing could be tried. */
  readonly exitCode: 1 | 2;

  constructor(
    readonly title: string,
    readonly problems: readonly string[],
    { isUntried = false, ...options }: RefusalOptions = {},
  ) {
    super(`${title}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`, options);
    this.exitCode = isUntried ? 2 : 1;
  }
}
