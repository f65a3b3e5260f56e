import { CONFIG_ENTRIES } from '../../contract/program-keys';

test('no key that the Pulumi CLI takes for a number or a boolean promises what only an empty text could say', () => {
  const typed = Object.entries(CONFIG_ENTRIES).filter(([, { type }]) => type !== 'string');
  expect(typed.length).toBeGreaterThan(8);
  expect(typed.filter(([, { description }]) => /\b(?:unset|empty)\b/i.test(description))).toEqual([]);
});
