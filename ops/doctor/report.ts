import { styleText } from 'node:util';
import { hintOf } from './hints';
import { TOPICS, type Line, type Status, type Topic } from './verdict';

export type Totals = Readonly<Record<Status, number>>;

export function totals(lines: readonly Line[]): Totals {
  const count = (wanted: Status): number => lines.filter(({ status }) => status === wanted).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail'), unknown: count('unknown') };
}

/**
 * 0: nothing failed. 1: something did. 2: AWS or Tavus gave no answer to anything, so that a green light would say nothing
 * about it.
 */
export function exitCode(lines: readonly Line[]): 0 | 1 | 2 {
  if (lines.some(({ status }) => status === 'fail')) return 1;
  const isSilent = (party: Line['asks']): boolean =>
    lines.filter(({ asks }) => asks === party).every(({ status }) => status === 'unknown');
  return isSilent('AWS') || isSilent('Tavus') ? 2 : 0;
}

/** The report for programs; its fields are part of the interface. */
export function toJson(lines: readonly Line[], seconds: number): object {
  const code = exitCode(lines);
  const checks = lines.map((line) => {
    const { id, topic, status, found, expected, fix } = line;
    return { id, topic, status, found, expected, fix: fix ?? null, hint: hintOf(line) };
  });
  return { ok: code === 0, exitCode: code, totals: totals(lines), seconds, checks };
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

/** Neighbours that are unknown for one reason become one line: the reason is the news. */
function withoutRepetition(lines: readonly Line[]): readonly { label: string; line: Line }[] {
  const shown: { line: Line; more: number }[] = [];
  for (const line of lines) {
    const last = shown.at(-1);
    const isSame =
      line.status === 'unknown' && last?.line.topic === line.topic && last.line.found === line.found;
    if (isSame) last.more += 1;
    else shown.push({ line, more: 0 });
  }
  return shown.map(({ line, more }) => ({
    label: more === 0 ? line.id : `${line.id}, ${more} more`,
    line,
  }));
}

/** The report for people: a line for each check, by topic, and below it what to do where something is not right. */
export function textReport(
  lines: readonly Line[],
  seconds: number,
  { colour }: { readonly colour: boolean },
): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const shown = withoutRepetition(lines);
  const width = Math.max(...shown.map(({ label }) => label.length));
  const rows = ({ label, line }: (typeof shown)[number]): string[] => {
    const { status, found, expected, fix } = line;
    const { mark, colour: format } = MARKS[status];
    const indent = ' '.repeat(width + 6);
    return [
      `  ${paint(format, mark)} ${label.padEnd(width)}  ${status === 'ok' ? found : paint(format, found)}`,
      ...(status === 'warn' || status === 'fail' ? [`${indent}expected: ${expected}`] : []),
      ...(status === 'ok' || fix === undefined ? [] : [`${indent}fix: ${fix}`]),
      ...(status === 'ok' ? [] : [`${indent}see: ${hintOf(line)}`]),
    ];
  };
  const sections = TOPICS.flatMap((topic) => {
    const own = shown.filter(({ line }) => line.topic === topic);
    return own.length === 0 ? [] : ['', paint('bold', TITLES[topic]), ...own.flatMap(rows)];
  });
  return [...sections, '', paint(summaryColour(lines), summary(lines, seconds)), ''].join('\n');
}

function summary(lines: readonly Line[], seconds: number): string {
  const { ok, warn, fail, unknown } = totals(lines);
  return `${ok} ok, ${warn} to look at, ${fail} failed, ${unknown} unknown, in ${seconds.toFixed(1)} s`;
}

const summaryColour = (lines: readonly Line[]): 'green' | 'red' | 'yellow' =>
  (['green', 'red', 'yellow'] as const)[exitCode(lines)];
