import { check, totals, type ReportCheck } from '../../local/checks';
import { checkList, checkTable, wrap } from '../../local/format-checks';

const CHECKS: readonly ReportCheck[] = [
  check('key', 'on', 'on'),
  check('size', 'on', 'off'),
  check('expiry', 'on', 'unknown', 'skipped'),
];

describe('the report', () => {
  test('a check passes only if the found text equals the expected one', () => {
    expect(CHECKS.map(({ state }) => state)).toEqual(['passed', 'failed', 'skipped']);
    expect(totals(CHECKS)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  test('as a table shows mark, expected, found and enforcer of each check', () => {
    expect(checkTable(CHECKS, { colour: false })).toBe(
      [
        '   checked                          expected  found    enforced here by',
        '✓  recording: key                   on        on       simulator',
        '✗  recording: size                  on        off      simulator',
        '–  recordings: expire on their day  on        unknown  not enforced',
        '',
        '1 passed, 1 failed, 1 cannot be shown on a laptop',
      ].join('\n'),
    );
  });

  test('as a list shows failed checks first, skipped ones next, and one line for each that passed', () => {
    expect(checkList(CHECKS, { colour: false })).toBe(
      [
        'Failed',
        '✗ recording: size',
        '    expected: on',
        '    found:    off (simulator)',
        '',
        'Cannot be shown on a laptop',
        '– recordings: expire on their day: unknown (not enforced)',
        '',
        'Passed',
        '✓ recording: key: on',
        '',
        '1 passed, 1 failed, 1 cannot be shown on a laptop',
      ].join('\n'),
    );
  });

  test('has colours only if the caller asks for them', () => {
    expect(checkTable(CHECKS, { colour: true })).toContain('\u001B[31m✗');
    expect(checkTable(CHECKS, { colour: false })).not.toContain('\u001B');
  });

  test('wraps long cells between words, and inside words that are too long', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('a bcdefgh', 4)).toEqual(['a', 'bcde', 'fgh']);
    expect(wrap('', 4)).toEqual(['']);
  });
});
