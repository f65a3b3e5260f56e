import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { isSameText } from './constant-time';

const LABEL = 'tavus-recordings page token v1';

/** What a page token proves: that its bearer started this conversation, and whether it is to be recorded. */
export interface PageTokens {
  make(conversationId: string, isRecorded: boolean): string;
  /** Undefined for a token that was not made here, or for another conversation. */
  read(conversationId: string, token: string): { readonly isRecorded: boolean } | undefined;
}

/**
 * Tokens `r.<mac>` (recorded) or `n.<mac>` (not recorded) over the conversation's id. Their key is derived, so that one
 * kind of token can never pass for another.
 *
 * @param secrets current first; without any, a random one is made, and the tokens die with the process
 */
export function pageTokens(secrets: readonly string[]): PageTokens {
  const inputs = secrets.length > 0 ? secrets : [randomBytes(32)];
  const keys = inputs.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', LABEL, 32)));
  const [current] = keys;
  if (current === undefined) throw new Error('There is no key for page tokens.');

  const make = (key: Buffer, conversationId: string, isRecorded: boolean): string => {
    const flag = isRecorded ? 'r' : 'n';
    return `${flag}.${createHmac('sha256', key).update(`${flag}\n${conversationId}`).digest('base64url')}`;
  };
  return {
    make: (conversationId, isRecorded) => make(current, conversationId, isRecorded),
    read(conversationId, token) {
      const isRecorded = token.startsWith('r.');
      const isOurs = keys
        .map((key) => isSameText(token, make(key, conversationId, isRecorded)))
        .includes(true);
      return isOurs ? { isRecorded } : undefined;
    },
  };
}
