import { nearestName } from '../../contract/nearest-name';

const KNOWN = ['retentionDays', 'noncurrentDays', 'encryption', 'tags'];

it.each([
  ['retentionDay', 'retentionDays'],
  ['retention_days', 'retentionDays'],
  ['RetentionDays', 'retentionDays'],
  ['nonCurrentDays', 'noncurrentDays'],
  ['encyrption', 'encryption'],
  ['tag', 'tags'],
])('for %s suggests %s', (given, meant) => {
  expect(nearestName(given, KNOWN)).toBe(meant);
});

it.each(['colour', '', 'x', 'days'])('does not guess for "%s"', (given) => {
  expect(nearestName(given, KNOWN)).toBeUndefined();
});
