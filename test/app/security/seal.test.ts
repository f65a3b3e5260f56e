import { sealWith } from '../../../app/security/seal';

const TEXT = '{"conversation_url":"https://tavus.daily.co/c1"}';
const LABEL = 'tavus-recordings test v1';

test('a sealed text opens in its own context', () => {
  const seal = sealWith(['current'], LABEL);
  expect(seal.open(seal.close(TEXT, 'one'), 'one')).toBe(TEXT);
});

test('the same text is sealed differently each time', () => {
  const seal = sealWith(['current'], LABEL);
  expect(seal.close(TEXT, 'one')).not.toBe(seal.close(TEXT, 'one'));
});

test('it opens with the previous secret, but not with another one', () => {
  const sealed = sealWith(['previous'], LABEL).close(TEXT, 'one');
  expect(sealWith(['current', 'previous'], LABEL).open(sealed, 'one')).toBe(TEXT);
  expect(sealWith(['current'], LABEL).open(sealed, 'one')).toBeUndefined();
});

test('it does not open in another context: another row, or another kind of text', () => {
  const sealed = sealWith(['current'], LABEL).close(TEXT, 'one');
  expect(sealWith(['current'], LABEL).open(sealed, 'other')).toBeUndefined();
  expect(sealWith(['current'], 'tavus-recordings page token v2').open(sealed, 'one')).toBeUndefined();
});

test('it does not open if changed or truncated anywhere', () => {
  const seal = sealWith(['current'], LABEL);
  const bytes = Buffer.from(seal.close(TEXT, 'one'), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(seal.open(changed.toString('base64url'), 'one')).toBeUndefined();
    expect(seal.open(bytes.subarray(0, at).toString('base64url'), 'one')).toBeUndefined();
  }
});

test('without a secret it opens only in this process', () => {
  const seal = sealWith([], LABEL);
  const sealed = seal.close(TEXT, 'one');
  expect(seal.open(sealed, 'one')).toBe(TEXT);
  expect(sealWith([], LABEL).open(sealed, 'one')).toBeUndefined();
});
