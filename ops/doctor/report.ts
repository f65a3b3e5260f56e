import { styleText } from 'node:util';
import { hintOf } from './hints';
import { TOPICS, type CheckResult, type CheckStatus, type Topic } from './check-result';

export type CheckTotals = Readonly<Record<CheckStatus, number>>;

export function totals(results: readonly CheckResult[]): CheckTotals {
  const count = (wanted: CheckStatus): number => results.filter(({ status }) => status === wanted).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail'), unknown: count('unknown') };
}

/**
 * 0: nothing failed. 1: a check failed. 2: every check of AWS or every check of Tavus is unknown, so success would
 * prove nothing.
 */
export function doctorExitCode(results: readonly CheckResult[]): 0 | 1 | 2 {
  if (results.some(({ status }) => status === 'fail')) return 1;
  const isSilent = (party: CheckResult['asks']): boolean =>
    results.filter(({ asks }) => asks === party).every(({ status }) => status === 'unknown');
  return isSilent('AWS') || isSilent('Tavus') ? 2 : 0;
}

/** The report for programs; its fields are part of the interface. */
export function toJson(results: readonly CheckResult[], seconds: number): object {
  const code = doctorExitCode(results);
  const checks = results.map((result) => {
    const { id, topic, status, found, expected, fix } = result;
    return { id, topic, status, found, expected, fix: fix ?? null, hint: hintOf(result) };
  });
  return { ok: code === 0, exitCode: code, totals: totals(results), seconds, checks };
}

const TITLES: Readonly<Record<Topic, string>> = {
  settings: 'Settings',
  azure: 'Stacks of the Pulumi program',
  aws: 'AWS access',
  bucket: 'Bucket',
  role: 'Role for Tavus',
  key: 'Encryption key',
  reader: 'Reading the bucket',
  tavus: 'Tavus',
  callbacks: 'Callbacks',
  clock: 'Clock',
};

const MARKS = {
  ok: { mark: '✓', colour: 'green' },
  warn: { mark: '!', colour: 'yellow' },
  fail: { mark: '✗', colour: 'red' },
  unknown: { mark: '?', colour: 'magenta' },
} as const;

/** Merges adjacent unknown results that have the same reason. */
function withoutRepetition(
  results: readonly CheckResult[],
): readonly { label: string; result: CheckResult }[] {
  const shown: { result: CheckResult; more: number }[] = [];
  for (const result of results) {
    const last = shown.at(-1);
    const isSame =
      result.status === 'unknown' &&
      last?.result.topic === result.topic &&
      last.result.found === result.found;
    if (isSame) last.more += 1;
    else shown.push({ result, more: 0 });
  }
  return shown.map(({ result, more }) => ({
    label: more === 0 ? result.id : `${result.id}, ${more} more`,
    result,
  }));
}

/** The report for people: results by topic, with a fix for each problem. */
export function textReport(
  results: readonly CheckResult[],
  seconds: number,
  { colour }: { readonly colour: boolean },
): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const shown = withoutRepetition(results);
  const width = Math.max(...shown.map(({ label }) => label.length));
  const rows = ({ label, result }: (typeof shown)[number]): string[] => {
    const { status, found, expected, fix } = result;
    const { mark, colour: format } = MARKS[status];
    const indent = ' '.repeat(width + 6);
    return [
      `  ${paint(format, mark)} ${label.padEnd(width)}  ${status === 'ok' ? found : paint(format, found)}`,
      ...(status === 'warn' || status === 'fail' ? [`${indent}expected: ${expected}`] : []),
      ...(status === 'ok' || fix === undefined ? [] : [`${indent}fix: ${fix}`]),
      ...(status === 'ok' ? [] : [`${indent}see: ${hintOf(result)}`]),
    ];
  };
  const sections = TOPICS.flatMap((topic) => {
    const own = shown.filter(({ result }) => result.topic === topic);
    return own.length === 0 ? [] : ['', paint('bold', TITLES[topic]), ...own.flatMap(rows)];
  });
  return [...sections, '', paint(summaryColour(results), summary(results, seconds)), ''].join('\n');
}

function summary(results: readonly CheckResult[], seconds: number): string {
  const { ok, warn, fail, unknown } = totals(results);
  return `${ok} ok, ${warn} to look at, ${fail} failed, ${unknown} unknown, in ${seconds.toFixed(1)} s`;
}

const summaryColour = (results: readonly CheckResult[]): 'green' | 'red' | 'yellow' =>
  (['green', 'red', 'yellow'] as const)[doctorExitCode(results)];
