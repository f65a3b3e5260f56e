import { createHmac, randomBytes } from 'node:crypto';
import { macWith } from '../../../app/security/mac';

test("equals Node's HMAC-SHA256 for all lengths of key and text", () => {
  for (let length = 0; length < 200; length += 1) {
    const key = randomBytes(length);
    const text = randomBytes(length * 3).toString('latin1');
    expect(macWith(key)(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
  }
});

/** @see https://www.rfc-editor.org/rfc/rfc4231#section-4.3 */
test('equals RFC 4231, test case 2', () => {
  const mac = Buffer.from(macWith('Jefe')('what do ya want for nothing?'), 'base64url').toString('hex');
  expect(mac).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
});
