import { hidden } from '../../../../local/azure/revisions/hidden';

test.each([
  ['everywhere', 'a key, and key again', ['key'], 'a (3 characters), and (3 characters) again'],
  ['as it looks in JSON', '{"key":"a\\"b\\nc"}', ['a"b\nc'], '{"key":"(5 characters)"}'],
  ['the longer one first', 'key-long', ['key', 'key-long'], '(8 characters)'],
  ['nothing of an empty one', 'text', [''], 'text'],
])('a secret is replaced by its length: %s', (_what, text, values, expected) => {
  expect(hidden(text, values)).toBe(expected);
});
