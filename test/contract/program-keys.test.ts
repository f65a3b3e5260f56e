import { CONFIG_ENTRIES } from '../../contract/program-keys';

test('no number or boolean key describes what an empty value means: the Pulumi CLI refuses an empty value for it', () => {
  const typed = Object.entries(CONFIG_ENTRIES).filter(([, { type }]) => type !== 'string');
  expect(typed.length).toBeGreaterThan(8);
  expect(typed.filter(([, { description }]) => /\b(?:unset|empty)\b/i.test(description))).toEqual([]);
});
