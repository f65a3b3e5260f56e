import { maskArn } from './aws-values';
import { visible } from './text-encoding';

/** One problem with a value, in the four parts that every error of this project has. */
export interface ProblemParts {
  /** Name of the setting, option, file or output. */
  readonly name: string;
  /** What is wrong, as it follows the name: `is not a bucket name`. */
  readonly wrong: string;
  /** What was found, as it may be shown: see {@link formatValue}. */
  readonly got: string;
  /** Why it matters, as a sentence. */
  readonly why: string;
  /** What to do, as a sentence: a command or a file. */
  readonly fix: string;
}

/** The sentence: `<name>: <what is wrong>, got <value>. <why it matters>. <what to do>.` */
export const problem = ({ name, wrong, got, why, fix }: ProblemParts): string =>
  `${name}: ${wrong}, got ${got}. ${why} ${fix}`;

/** Longer values would drown the sentence. */
const MOST_SHOWN = 120;

/** A value as an error shows it: JSON without accounts and role names, its invisible characters escaped, cut after 120. */
export const formatValue = (value: unknown): string =>
  value === undefined ? 'nothing' : visible(maskArn(JSON.stringify(value))).slice(0, MOST_SHOWN);

/** A secret as an error shows it: its length alone. */
export const formatSecret = (secret: string): string => `${secret.length} characters`;

export interface ProblemsErrorOptions extends ErrorOptions {
  /** What cannot be done. @default - the message is the problems alone */
  readonly title?: string;
}

/** All that is wrong, found before anything was done. Nothing secret is in it. */
export class ProblemsError extends Error {
  override readonly name: string = 'ProblemsError';

  /** @param problems one sentence group each, see {@link problem} */
  constructor(
    readonly problems: readonly string[],
    { title, ...options }: ProblemsErrorOptions = {},
  ) {
    super(title === undefined ? problems.join('\n') : `${title}:\n${bullets(problems)}`, options);
  }
}

/** One problem a line. */
export const bullets = (problems: readonly string[]): string => problems.map((one) => `- ${one}`).join('\n');
