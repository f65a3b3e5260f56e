import { sealWith } from '../../../app/security/seal';

const TEXT = '{"conversation_url":"https://tavus.daily.co/c1"}';
const LABEL = 'tavus-recordings test v1';

test('what is sealed opens for what it is about', () => {
  const seal = sealWith(['current'], LABEL);
  expect(seal.open(seal.close(TEXT, 'one'), 'one')).toBe(TEXT);
});

test('the same text is sealed differently each time', () => {
  const seal = sealWith(['current'], LABEL);
  expect(seal.close(TEXT, 'one')).not.toBe(seal.close(TEXT, 'one'));
});

test('it opens under the secret before, and never under another', () => {
  const sealed = sealWith(['previous'], LABEL).close(TEXT, 'one');
  expect(sealWith(['current', 'previous'], LABEL).open(sealed, 'one')).toBe(TEXT);
  expect(sealWith(['current'], LABEL).open(sealed, 'one')).toBeUndefined();
});

test('it opens for nothing else: not for another row, and not as another kind of text', () => {
  const sealed = sealWith(['current'], LABEL).close(TEXT, 'one');
  expect(sealWith(['current'], LABEL).open(sealed, 'other')).toBeUndefined();
  expect(sealWith(['current'], 'tavus-recordings page token v2').open(sealed, 'one')).toBeUndefined();
});

test('changed or cut anywhere, it does not open', () => {
  const seal = sealWith(['current'], LABEL);
  const bytes = Buffer.from(seal.close(TEXT, 'one'), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(seal.open(changed.toString('base64url'), 'one')).toBeUndefined();
    expect(seal.open(bytes.subarray(0, at).toString('base64url'), 'one')).toBeUndefined();
  }
});

test('without a secret it opens in this process alone', () => {
  const seal = sealWith([], LABEL);
  const sealed = seal.close(TEXT, 'one');
  expect(seal.open(sealed, 'one')).toBe(TEXT);
  expect(sealWith([], LABEL).open(sealed, 'one')).toBeUndefined();
});
