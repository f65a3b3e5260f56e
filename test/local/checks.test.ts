import { check, checkList, checkTable, totals, wrap, type ReportCheck } from '../../local/checks';

const line = (id: string, expected: string, found: string): ReportCheck =>
  check('emulator', id, `the ${id}`, expected, found);

const LINES: readonly ReportCheck[] = [
  line('first', 'on', 'on'),
  line('second', 'on', 'off'),
  { ...line('third', 'on', 'unknown'), state: 'skipped', enforcedBy: 'nobody here' },
];

describe('the report', () => {
  test('passes a check only if what was found is what was expected', () => {
    expect(LINES.map(({ state }) => state)).toEqual(['passed', 'failed', 'skipped']);
    expect(totals(LINES)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  test('is a table with a mark, expectation, finding and enforcer for each line', () => {
    expect(checkTable(LINES, { colour: false })).toBe(
      [
        '   checked     expected  found    enforced here by',
        '✓  the first   on        on       emulator',
        '✗  the second  on        off      emulator',
        '–  the third   on        unknown  nobody here',
        '',
        '1 passed, 1 failed, 1 cannot be shown on a laptop',
      ].join('\n'),
    );
  });

  test('says in full what failed and what cannot be shown, and what passed in a line each', () => {
    expect(checkList(LINES, { colour: false })).toBe(
      [
        'Failed',
        '✗ the second',
        '    expected: on',
        '    found:    off (emulator)',
        '',
        'Cannot be shown on a laptop',
        '– the third: unknown (nobody here)',
        '',
        'Passed',
        '✓ the first: on',
        '',
        '1 passed, 1 failed, 1 cannot be shown on a laptop',
      ].join('\n'),
    );
  });

  test('is coloured only where colours are wanted', () => {
    expect(checkTable(LINES, { colour: true })).toContain('\u001B[31m✗');
    expect(checkTable(LINES, { colour: false })).not.toContain('\u001B');
  });

  test('breaks long cells between words, and words that are too long', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('a bcdefgh', 4)).toEqual(['a', 'bcde', 'fgh']);
    expect(wrap('', 4)).toEqual(['']);
  });
});
