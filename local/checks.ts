import { styleText } from 'node:util';

/** Who would notice, on this laptop, if a line did not hold. */
export type Enforcer =
  'emulator' | 'simulator' | 'stand-in Azure' | 'only IAM simulation in the tests' | 'nobody here';

/** One thing that was checked. `not-here` is for what this machine cannot show: it neither holds nor fails. */
export interface ReportCheck {
  readonly id: string;
  readonly checked: string;
  readonly expected: string;
  readonly found: string;
  readonly state: 'holds' | 'fails' | 'not-here';
  readonly enforcedBy: Enforcer;
}

/** How many lines hold, fail, and could not be tried here. */
export interface Totals {
  readonly holds: number;
  readonly fails: number;
  readonly notHere: number;
}

export const totals = (lines: readonly ReportCheck[]): Totals => ({
  holds: lines.filter(({ state }) => state === 'holds').length,
  fails: lines.filter(({ state }) => state === 'fails').length,
  notHere: lines.filter(({ state }) => state === 'not-here').length,
});

/** A check that holds if and only if what was found is, as text, what was expected. */
export const check = (
  enforcedBy: Enforcer,
  id: string,
  checked: string,
  expected: string,
  found: string,
): ReportCheck => ({
  id,
  checked,
  expected,
  found,
  enforcedBy,
  state: expected === found ? 'holds' : 'fails',
});

const MARKS = {
  holds: { mark: '✓', colour: 'green' },
  fails: { mark: '✗', colour: 'red' },
  'not-here': { mark: '–', colour: 'yellow' },
} as const;

const HEADINGS = ['', 'checked', 'expected', 'found', 'enforced here by'] as const;

/** Widest cell of each column before its text goes on in the next row. */
const WIDEST = [1, 34, 32, 32, 18] as const;

/** Breaks text into rows of at most `width` characters, between words where it can. */
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

/** The table for people: a mark, what was checked, what was expected and found, and who enforces it here. */
export function checkTable(lines: readonly ReportCheck[], { colour }: { readonly colour: boolean }): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const cells = lines.map((line) =>
    [MARKS[line.state].mark, line.checked, line.expected, line.found, line.enforcedBy].map((text, column) =>
      wrap(text, WIDEST[column] ?? text.length),
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
  const body = lines.flatMap((line, index) => {
    const row = cells[index] ?? [];
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, at) => {
      const text = padded(row.map((cell) => cell[at] ?? ''));
      return line.state === 'holds'
        ? text.replace('✓', paint('green', '✓'))
        : paint(MARKS[line.state].colour, text);
    });
  });
  const { holds, fails, notHere } = totals(lines);
  const summary = `${holds} hold, ${fails} fail, ${notHere} cannot be shown on a laptop`;
  return [paint('bold', padded(HEADINGS)), ...body, '', paint(fails > 0 ? 'red' : 'green', summary)].join(
    '\n',
  );
}
