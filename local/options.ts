import { defined } from '../contract/defined';
import { readArguments, textOption } from '../ops/arguments';
import { UsageError } from '../ops/usage-error';
import { isFaultName, FAULTS, type FaultName } from './faults';

/** How the bucket encrypts: SSE-S3 or a customer key in KMS. */
export type Encryption = 's3' | 'kms';

export interface Options {
  /** Exit after the report instead of staying up. */
  readonly once: boolean;
  /** Print the report as JSON on standard output. */
  readonly json: boolean;
  /** Print all checks as a table. */
  readonly verbose: boolean;
  readonly help: boolean;
  readonly encryption: Encryption;
  readonly fault?: FaultName;
}

export const HELP = `Deploys the recordings stack into an emulated AWS, records a conversation, and reports the checks.
Needs no account and touches none: everything runs on 127.0.0.1 and writes below .local/,
compiled code into the temporary folder.

  npm run local                       deploy, record, report; then stay up until Ctrl-C
  npm run local -- --once             exit after the report: 0 if every check passed, 1 if not
  npm run local -- --break <fault>    the same with a fault that people often cause

Options
  --once                 exit after the report (the default when standard output is not a terminal)
  --keep                 stay up after the report in every case
  --encryption s3|kms    how the bucket encrypts (default: s3; no-kms-grant: kms)
  --break <fault>        one of the faults below; implies --once
  --verbose              all checks as a table, with the expected result and what enforces it here
  --json                 the report as JSON on standard output; progress stays on standard error
  --help                 this text

Faults
${Object.entries(FAULTS)
  .map(([name, { summary }]) => `  ${name.padEnd(24)}${summary}`)
  .join('\n')}

Exit codes: 0 every check passed, 1 a check or a step failed, 2 the command line is wrong, 130 interrupted.
`;

const FLAGS = {
  once: { type: 'boolean' },
  keep: { type: 'boolean' },
  encryption: { type: 'string' },
  break: { type: 'string' },
  json: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads the command line.
 * @param terminal whether standard output is a terminal; otherwise the run ends after the report
 * @throws UsageError naming every problem
 */
export function parseOptions(args: readonly string[], terminal: boolean): Options {
  const given = readArguments(args, FLAGS);
  const problems = [...given.problems];
  const [named, encryption] = [textOption(given, 'break'), textOption(given, 'encryption')];
  const fault = named !== undefined && isFaultName(named) ? named : undefined;
  const isSet = (flag: keyof typeof FLAGS): boolean => given.values[flag] === true;
  if (named !== undefined && fault === undefined) {
    problems.push(`--break: unknown fault, got ${named}. Give one of ${Object.keys(FAULTS).join(', ')}`);
  }
  if (encryption !== undefined && encryption !== 's3' && encryption !== 'kms') {
    problems.push(`--encryption: must be s3 or kms, got ${encryption}`);
  }
  if (isSet('once') && isSet('keep')) problems.push('--once, --keep: contradict each other, got both');
  if (fault === 'no-kms-grant' && encryption === 's3') {
    problems.push('--break no-kms-grant: needs --encryption kms, got s3. Leave --encryption out');
  }
  if (problems.length > 0) throw new UsageError(problems, 'npm run local --');
  return {
    once: !isSet('keep') && (isSet('once') || !terminal || fault !== undefined),
    json: isSet('json'),
    verbose: isSet('verbose'),
    help: isSet('help'),
    encryption: encryption === 'kms' || fault === 'no-kms-grant' ? 'kms' : 's3',
    ...defined({ fault }),
  };
}
