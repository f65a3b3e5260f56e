import { createHmac, createSecretKey } from 'node:crypto';

/** Computes HMAC-SHA256 (RFC 2104) with a fixed key, as base64url text. */
export type Mac = (text: string) => string;

/** Creates the key object once, because each start computes two MACs. */
export function macWith(key: string | Buffer): Mac {
  const secret = createSecretKey(Buffer.from(key));
  return (text) => createHmac('sha256', secret).update(text).digest('base64url');
}
