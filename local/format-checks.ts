import { styleText } from 'node:util';

import { totals, type ReportCheck } from './checks';

const MARKS = {
  passed: { mark: '✓', colour: 'green' },
  failed: { mark: '✗', colour: 'red' },
  skipped: { mark: '–', colour: 'yellow' },
} as const;

const HEADINGS = ['', 'checked', 'expected', 'found', 'enforced here by'] as const;

/** Maximum width of each column; longer text is wrapped. */
const MAX_WIDTHS = [1, 34, 32, 32, 18] as const;

/** Wraps text into rows of at most `width` characters, between words if possible. */
export function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      rows[rows.length - 1] = `${last} ${word}`;
    } else {
      for (let start = 0; start === 0 || start < word.length; start += width) {
        rows.push(word.slice(start, start + width));
      }
    }
  }
  return rows;
}

type Painter = (format: Parameters<typeof styleText>[0], text: string) => string;

const painter = (colour: boolean): Painter =>
  colour ? (format, text) => styleText(format, text, { validateStream: false }) : (_, text) => text;

/** All checks as a table: mark, name, expected, found, and what enforces the rule here. */
export function checkTable(checks: readonly ReportCheck[], { colour }: { readonly colour: boolean }): string {
  const paint = painter(colour);
  const cells = checks.map((one) =>
    [MARKS[one.state].mark, one.checked, one.expected, one.found, one.enforcedBy].map((text, column) =>
      wrap(text, MAX_WIDTHS[column] ?? text.length),
    ),
  );
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.flatMap((row) => (row[column] ?? []).map((text) => text.length))),
  );
  const padded = (row: readonly string[]): string =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const body = checks.flatMap((one, index) => {
    const row = cells[index] ?? [];
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, at) => {
      const text = padded(row.map((cell) => cell[at] ?? ''));
      return one.state === 'passed'
        ? text.replace('✓', paint('green', '✓'))
        : paint(MARKS[one.state].colour, text);
    });
  });
  return [paint('bold', padded(HEADINGS)), ...body, '', summary(checks, paint)].join('\n');
}

function summary(checks: readonly ReportCheck[], paint: Painter): string {
  const { passed, failed, skipped } = totals(checks);
  return paint(
    failed > 0 ? 'red' : 'green',
    `${passed} passed, ${failed} failed, ${skipped} cannot be shown on a laptop`,
  );
}

/** Failed checks with expected and found text, then skipped ones, then one line for each that passed. */
export function checkList(checks: readonly ReportCheck[], { colour }: { readonly colour: boolean }): string {
  const paint = painter(colour);
  const inState = (wanted: ReportCheck['state']): readonly ReportCheck[] =>
    checks.filter(({ state }) => state === wanted);
  const failed = inState('failed').flatMap(({ checked, expected, found, enforcedBy }) => [
    paint('red', `✗ ${checked}`),
    `    expected: ${expected}`,
    `    found:    ${found} (${enforcedBy})`,
  ]);
  const passed = inState('passed').map(({ checked, found }) => `${paint('green', '✓')} ${checked}: ${found}`);
  const skipped = inState('skipped').map(
    ({ checked, found, enforcedBy }) => `${paint('yellow', '–')} ${checked}: ${found} (${enforcedBy})`,
  );
  const section = (heading: string, rows: readonly string[]): readonly string[] =>
    rows.length === 0 ? [] : [paint('bold', heading), ...rows, ''];
  return [
    ...section('Failed', failed),
    ...section('Cannot be shown on a laptop', skipped),
    ...section('Passed', passed),
    summary(checks, paint),
  ].join('\n');
}
