import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parseHandOver, type HandOver } from '../../../contract/hand-over';
import { ProblemsError } from '../../../contract/problem';
import type { SettingName } from '../../../contract/settings';
import { isUtf16, SAVE_AS_UTF_8 } from '../../../contract/text-encoding';
import { errorCode } from '../../error-code';
import { UsageError } from '../../usage-error';
import { maskAccount } from '../../mask';
import type { DoctorOptions } from '../options';
import { fail, ok, warn, type Check } from '../verdict';
import { ambiguousLines, type AmbiguousLine } from './env-file-lines';

/** A place in which settings stand. */
export interface Source {
  /** As the report calls it. */
  readonly label: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

export interface Sources {
  /** The first that has a value wins. */
  readonly inOrder: readonly Source[];
  /** What there is to say about the files themselves. */
  readonly checks: readonly Check[];
}

/** A setting's value, and where it is from. */
export interface Given {
  readonly value: string;
  readonly from: string;
  /** Labels of later sources that have another value. */
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
 * Reads the sources: process environment, then the env file, as the backend started with `node --env-file` would, then the
 * hand-over.
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
    // Node reads next to nothing of it, and so the backend would.
    if (isUtf16(text)) checks.push(utf16Check(envFile));
    else {
      inOrder.push({ label: envFile, values: parseEnv(text) });
      checks.push(...ambiguousCheck(envFile, ambiguousLines(text)));
    }
  }
  if (handOver === undefined) return { inOrder, checks };
  const { file, environment } = handOver;
  const text = readText('--hand-over', file);
  const check = (verdict: Check['verdict']): Check => ({ id: 'hand-over', topic: 'settings', verdict });
  const expected = `the outputs of environment ${environment}`;
  try {
    const found = parseHandOver(text, { environment });
    inOrder.push({ label: file, values: { ...found.settings } });
    return { inOrder, checks: [...checks, check(() => ok(summary(found), expected))] };
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    const fix = `Run \`npx cdk deploy\`, or \`npm run hand-over -- --environment ${environment}\`.`;
    return { inOrder, checks: [...checks, check(() => fail(error.problems.join(' '), expected, fix))] };
  }
}

const utf16Check = (file: string): Check => ({
  id: 'env-file',
  topic: 'settings',
  verdict: () =>
    fail(
      `${file} is saved as UTF-16, or is no text`,
      'UTF-8: Node reads no setting from another encoding',
      SAVE_AS_UTF_8,
    ),
});

/** None when every program reads the file alike. */
const ambiguousCheck = (file: string, lines: readonly AmbiguousLine[]): Check[] => {
  if (lines.length === 0) return [];
  const found = lines.map(({ line, name, wrong }) => `${name} in line ${line} ${wrong}`).join('; ');
  const expected = 'lines that Node, Docker Compose and docker run read alike';
  const verdict = warn(`${file}: ${found}`, expected, QUOTE_IT);
  return [{ id: 'env-file', topic: 'settings', verdict: () => verdict }];
};

const QUOTE_IT =
  "Put the value in 'single quotes'; for `docker run --env-file`, which keeps quotes, choose one without # and $. One line for each setting.";

const summary = ({ environment, account, region }: HandOver): string =>
  `${environment}, account ${maskAccount(account)}, ${region}`;

/** Looks a setting up; a blank value counts as unset, as in the backend. */
export function lookUp(sources: readonly Source[], name: SettingName): Given | undefined {
  const found = sources.flatMap(({ label, values }) => {
    const value = values[name]?.trim();
    return value === undefined || value === '' ? [] : [{ label, value }];
  });
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const contradictedBy = others.filter(({ value }) => value !== first.value).map(({ label }) => label);
  return { value: first.value, from: first.label, contradictedBy };
}
