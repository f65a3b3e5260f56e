import { parseArgs } from 'node:util';
import { isFaultName, FAULTS, type FaultName } from './faults';

export type Encryption = 's3' | 'kms';

export interface Options {
  /** Exit after the verdict instead of staying up. */
  readonly once: boolean;
  /** Print the verdict as JSON on standard output. */
  readonly json: boolean;
  readonly help: boolean;
  readonly encryption: Encryption;
  readonly mistake?: FaultName;
}

/** The command line cannot be used; the message names everything that is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Deploys the recordings stack into an AWS on this computer, records a conversation, and says what holds.
No account is needed and none is touched: everything runs on 127.0.0.1 and writes below .local/,
compiled code into the temporary folder.

  npm run local                       deploy, record, verdict; then stay up until Ctrl-C
  npm run local -- --once             exit after the verdict: 0 if every line holds, 1 if not
  npm run local -- --break <mistake>  the same with a mistake that people really make

Options
  --once                 exit after the verdict (the default when standard output is not a terminal)
  --keep                 stay up after the verdict all the same
  --encryption s3|kms    how the bucket encrypts (default: s3; no-kms-grant: kms)
  --break <mistake>      one of the mistakes below; implies --once
  --json                 the verdict as JSON on standard output; progress stays on standard error
  --help                 this text

Mistakes
${Object.entries(FAULTS)
  .map(([name, { summary }]) => `  ${name.padEnd(24)}${summary}`)
  .join('\n')}

Exit codes: 0 every line holds, 1 at least one does not or a step failed, 2 the command line is wrong, 130 interrupted.
`;

const FLAGS = {
  once: { type: 'boolean' },
  keep: { type: 'boolean' },
  encryption: { type: 'string' },
  break: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads the command line.
 * @param terminal whether a person watches standard output; without one the run ends after the verdict
 * @throws UsageError naming every problem
 */
export function parseOptions(args: readonly string[], terminal: boolean): Options {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: FLAGS,
    strict: false,
    tokens: true,
  });
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`${token.value}: takes no such word`);
    if (token.kind === 'option' && !Object.hasOwn(FLAGS, token.name))
      problems.push(`${token.rawName}: no such option`);
    if (token.kind === 'option' && Object.hasOwn(FLAGS, token.name)) {
      const wantsValue = token.name === 'break' || token.name === 'encryption';
      if (wantsValue && token.value === undefined)
        problems.push(`${token.rawName}: needs a value, got nothing`);
      if (!wantsValue && token.value !== undefined)
        problems.push(`${token.rawName}: takes no value, got ${token.value}`);
    }
  }
  const { break: mistake, encryption } = values;
  if (typeof mistake === 'string' && !isFaultName(mistake)) {
    problems.push(`--break: no such mistake, got ${mistake}. It is one of ${Object.keys(FAULTS).join(', ')}`);
  }
  if (typeof encryption === 'string' && encryption !== 's3' && encryption !== 'kms') {
    problems.push(`--encryption: is s3 or kms, got ${encryption}`);
  }
  if (values.once === true && values.keep === true)
    problems.push('--once, --keep: contradict each other, got both');
  if (mistake === 'no-kms-grant' && encryption === 's3') {
    problems.push('--break no-kms-grant: needs --encryption kms, got s3. Leave --encryption out');
  }
  if (problems.length > 0) {
    throw new UsageError(
      `${problems.map((problem) => `- ${problem}`).join('\n')}\nRun \`npm run local -- --help\`.`,
    );
  }
  const chosen = typeof mistake === 'string' && isFaultName(mistake) ? mistake : undefined;
  return {
    once: values.keep !== true && (values.once === true || !terminal || chosen !== undefined),
    json: values.json === true,
    help: values.help === true,
    encryption: encryption === 'kms' || chosen === 'no-kms-grant' ? 'kms' : 's3',
    ...(chosen === undefined ? {} : { mistake: chosen }),
  };
}
