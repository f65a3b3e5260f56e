import { maskArn } from './aws-values';
import { visible } from './text-encoding';

/** One problem with a value, in the parts of every error of this project. */
export interface ProblemParts {
  /** Name of the setting, option, file or output. */
  readonly name: string;
  /** What is wrong; follows the name: `is not a bucket name`. */
  readonly wrong: string;
  /** The value that was found, see {@link formatValue} and {@link formatSecret}. */
  readonly got: string;
  /** Why it matters, as a sentence. */
  readonly why: string;
  /** What to do, as a sentence: a command or a file. */
  readonly fix: string;
}

/** The error text: `<name>: <what is wrong>, got <value>. <why it matters>. <what to do>.` */
export const problem = ({ name, wrong, got, why, fix }: ProblemParts): string =>
  `${name}: ${wrong}, got ${got}. ${why} ${fix}`;

/** Longer values would make the error unreadable. */
const MAX_LENGTH = 120;

/** Formats a value for an error: JSON with ARNs masked and invisible characters escaped, cut to 120 characters. */
export const formatValue = (value: unknown): string =>
  value === undefined ? 'nothing' : visible(maskArn(JSON.stringify(value))).slice(0, MAX_LENGTH);

/** Formats a secret for an error: only its length. */
export const formatSecret = (secret: string): string => `${secret.length} characters`;

export interface ProblemsErrorOptions extends ErrorOptions {
  /** What cannot be done. @default - the message has only the problems */
  readonly title?: string;
}

/** All problems at once, found before anything was changed. Contains no secret. */
export class ProblemsError extends Error {
  override readonly name: string = 'ProblemsError';

  /** @param problems texts made by {@link problem} */
  constructor(
    readonly problems: readonly string[],
    { title, ...options }: ProblemsErrorOptions = {},
  ) {
    super(title === undefined ? problems.join('\n') : `${title}:\n${bullets(problems)}`, options);
  }
}

/** One line for each problem. */
export const bullets = (problems: readonly string[]): string => problems.map((one) => `- ${one}`).join('\n');
