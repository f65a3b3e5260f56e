import { hkdfSync, randomBytes } from 'node:crypto';
import { isSameText } from './constant-time';
import { macWith, type Mac } from './mac';

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
  const macs = inputs.map((secret) => macWith(Buffer.from(hkdfSync('sha256', secret, '', LABEL, 32))));
  const [current] = macs;
  if (current === undefined) throw new Error('There is no key for page tokens.');

  const make = (mac: Mac, conversationId: string, isRecorded: boolean): string => {
    const flag = isRecorded ? 'r' : 'n';
    return `${flag}.${mac(`${flag}\n${conversationId}`)}`;
  };
  return {
    make: (conversationId, isRecorded) => make(current, conversationId, isRecorded),
    read(conversationId, token) {
      const isRecorded = token.startsWith('r.');
      const isOurs = macs
        .map((mac) => isSameText(token, make(mac, conversationId, isRecorded)))
        .includes(true);
      return isOurs ? { isRecorded } : undefined;
    },
  };
}
