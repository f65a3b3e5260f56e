import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** Size recommended by NIST SP 800-38D. Random nonces: one key makes far fewer than its limit of 2^32. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts text that is stored outside the process. */
export interface Seal {
  /** @param about associated data: the text only opens with the same value */
  close(text: string, about: string): string;
  /** Undefined when we did not seal the text, its secret was removed, or `about` differs. */
  open(sealed: string, about: string): string | undefined;
}

/**
 * AES-256-GCM under keys derived from the secrets.
 *
 * @param secrets current first; when empty, a random secret is used and texts only open in this process
 * @param label purpose of the keys, so that one kind of sealed text never passes for another
 */
export function sealWith(secrets: readonly string[], label: string): Seal {
  const inputs = secrets.length > 0 ? secrets : [randomBytes(KEY_BYTES)];
  const keys = inputs.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', label, KEY_BYTES)));
  const [current] = keys;
  if (current === undefined) throw new Error('There is no key to seal with.');
  return {
    close(text, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, current, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(about));
      return Buffer.concat([
        nonce,
        cipher.update(text, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]).toString('base64url');
    },
    open(sealed, about) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      for (const key of keys) {
        const text = opened(bytes, key, about);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

function opened(bytes: Buffer, key: Buffer, about: string): string | undefined {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const cipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(about));
  cipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = cipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, cipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
