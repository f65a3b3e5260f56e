import { createHmac, createSecretKey } from 'node:crypto';

/** Computes HMAC-SHA256 (RFC 2104) as base64url text, always with the same key. */
export type Mac = (text: string) => string;

/** The key is made once: a start computes two of these. */
export function macWith(key: string | Buffer): Mac {
  const secret = createSecretKey(Buffer.from(key));
  return (text) => createHmac('sha256', secret).update(text).digest('base64url');
}
