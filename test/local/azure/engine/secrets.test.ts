import { markSecrets, redact, secretStrings } from '../../../../local/azure/engine/secrets';
import { secret } from '../../../../local/azure/wire';

describe('an output', () => {
  test('is secret when the input of its name is, or when it is named so', () => {
    const outputs = { key: 'a', password: 'b', name: 'c' };
    expect(markSecrets(outputs, { key: secret('a') }, ['password'])).toEqual({
      key: secret('a'),
      password: secret('b'),
      name: 'c',
    });
  });

  test('is not marked twice', () => {
    expect(markSecrets({ key: secret('a') }, { key: secret('a') }, ['key'])).toEqual({ key: secret('a') });
  });

  test('is not secret for a secret deeper inside the input', () => {
    const properties = { value: secret('a') };
    expect(markSecrets({ properties: { uri: 'u' } }, { properties }, [])).toEqual({
      properties: { uri: 'u' },
    });
  });
});

describe('the texts of a run', () => {
  test('hold no secret, nor its form in JSON, nor the longer one in part', () => {
    const secrets = ['tvsk_1', 'tvsk_12', 'a"b'];
    expect(redact('tvsk_12, tvsk_1, a"b and {"key":"a\\"b"}', secrets)).toBe(
      '[secret], [secret], [secret] and {"key":"[secret]"}',
    );
  });

  test('keep their letters when a secret has only one or two', () => {
    expect(redact('a vault', ['', 'a', 'au'])).toBe('a vault');
  });

  test('know the secrets of nested values', () => {
    expect(secretStrings({ a: [{ b: secret({ c: ['one', 2] }) }], d: secret('two'), e: 'open' })).toEqual([
      'one',
      'two',
    ]);
  });
});
