import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { BackendIdentity } from '../../../contract/backend-identity';
import { environmentNamed, type PromisedDays } from '../../../contract/environments';
import { parseHandOver, type HandOver } from '../../../contract/hand-over';
import { ProblemsError } from '../../../contract/problem';
import type { SettingName } from '../../../contract/settings';
import { isUtf16, SAVE_AS_UTF_8 } from '../../../contract/text-encoding';
import { cdkContext } from '../../cdk-context';
import { errorCode } from '../../error-code';
import { UsageError } from '../../usage-error';
import { maskAccount } from '../../mask';
import type { DoctorOptions } from '../options';
import { fail, ok, warn, type Check, type CheckOutcome } from '../check-result';
import { ambiguousLines, type AmbiguousLine } from './env-file-lines';

/** A source of settings. */
export interface Source {
  /** Name in the report. */
  readonly label: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

export interface Sources {
  /** The first with a value wins. */
  readonly inOrder: readonly Source[];
  /** Environment given by --environment. */
  readonly deployed: DeployedEnvironment | undefined;
  /** Checks of the files themselves. */
  readonly checks: readonly Check[];
}

/** An environment, as described by its hand-over and cdk.json. */
export interface DeployedEnvironment {
  readonly environment: string;
  /** File of the hand-over. */
  readonly file: string;
  readonly handOver: HandOver | undefined;
  /** Retention in the cdk.json beside the hand-over; undefined when it lacks the environment. */
  readonly promised: PromisedDays | undefined;
  /** Identity that may read the bucket, from the same file. */
  readonly backend: BackendIdentity | undefined;
}

/** Value of a setting and its source. */
export interface GivenValue {
  readonly value: string;
  readonly from: string;
  /** Labels of later sources with another value. */
  readonly contradictedBy: readonly string[];
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    throw new UsageError([`${option}: cannot be read, got ${file} (${code})`], 'npx recordings doctor');
  }
}

/**
 * Reads process environment, env file (as `node --env-file` does) and hand-over, in this order.
 *
 * @throws UsageError when a file cannot be read
 */
export function readSources(
  { envFile, handOver }: Pick<DoctorOptions, 'envFile' | 'handOver'>,
  env: NodeJS.ProcessEnv,
): Sources {
  const inOrder: Source[] = [{ label: 'the process environment', values: env }];
  const checks: Check[] = [];
  if (envFile !== undefined) {
    const text = readText('--env-file', envFile);
    // Node reads no setting from such a file.
    if (isUtf16(text)) checks.push(utf16Check(envFile));
    else {
      inOrder.push({ label: envFile, values: parseEnv(text) });
      checks.push(...ambiguousCheck(envFile, ambiguousLines(text)));
    }
  }
  if (handOver === undefined) return { inOrder, deployed: undefined, checks };
  const found = readHandOver(handOver);
  if (found.handOver !== undefined) {
    inOrder.push({ label: handOver.file, values: { ...found.handOver.settings } });
  }
  const context = cdkContext(path.join(path.dirname(handOver.file), 'cdk.json'))?.['environments'];
  const { promised, settings } = environmentNamed(context, handOver.environment) ?? {};
  return {
    inOrder,
    deployed: { ...handOver, handOver: found.handOver, promised, backend: settings?.backend },
    checks: [...checks, { id: 'hand-over', topic: 'settings', run: () => found.outcome }],
  };
}

/** A failed deployment leaves no hand-over. */
function readHandOver({ file, environment }: NonNullable<DoctorOptions['handOver']>): {
  readonly handOver: HandOver | undefined;
  readonly outcome: CheckOutcome;
} {
  const expected = `the outputs of environment ${environment}`;
  const refused = (found: string): { handOver: undefined; outcome: CheckOutcome } => {
    const fix = `Run \`npx cdk deploy\`, or \`npm run hand-over -- --environment ${environment}\`.`;
    return { handOver: undefined, outcome: fail(found, expected, fix) };
  };
  if (!existsSync(file)) return refused(`there is no ${file}`);
  try {
    const handOver = parseHandOver(readText('--hand-over', file), { environment });
    return { handOver, outcome: ok(summary(handOver), expected) };
  } catch (error) {
    if (!(error instanceof ProblemsError) || error instanceof UsageError) throw error;
    return refused(error.problems.join(' '));
  }
}

const utf16Check = (file: string): Check => ({
  id: 'env-file',
  topic: 'settings',
  run: () =>
    fail(
      `${file} is saved as UTF-16, or is not text`,
      'UTF-8: Node reads no setting from another encoding',
      SAVE_AS_UTF_8,
    ),
});

/** None when every program reads the file alike. */
const ambiguousCheck = (file: string, lines: readonly AmbiguousLine[]): Check[] => {
  if (lines.length === 0) return [];
  const found = lines.map(({ line, name, wrong }) => `${name} in line ${line} ${wrong}`).join('; ');
  const expected = 'lines that Node, Docker Compose and docker run read the same way';
  const outcome = warn(`${file}: ${found}`, expected, QUOTE_IT);
  return [{ id: 'env-file', topic: 'settings', run: () => outcome }];
};

const QUOTE_IT =
  "Put the value in 'single quotes'; for `docker run --env-file`, which keeps quotes, choose a value without # and $. Use one line for each setting.";

const summary = ({ environment, account, region }: HandOver): string =>
  `${environment}, account ${maskAccount(account)}, ${region}`;

/** Looks up a setting. A blank value counts as unset, as in the backend. */
export function lookUp(sources: readonly Source[], name: SettingName): GivenValue | undefined {
  const found = sources.flatMap(({ label, values }) => {
    const value = values[name]?.trim();
    return value === undefined || value === '' ? [] : [{ label, value }];
  });
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const contradictedBy = others.filter(({ value }) => value !== first.value).map(({ label }) => label);
  return { value: first.value, from: first.label, contradictedBy };
}
