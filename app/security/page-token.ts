import { hkdfSync, randomBytes } from 'node:crypto';
import { VENDOR_MAX_CALL_SEC } from '../../contract/vendor-facts';
import type { Clock } from '../clock';
import type { CallLimits } from '../tavus/config';
import { isSameText } from './constant-time';
import { macWith, type Mac } from './mac';

const LABEL = 'tavus-recordings page token v2';

/** How long after the longest call a page may ask about its recording. */
const GRACE_SEC = 3600;

/** Seconds for which a page token is valid. */
export const pageLifeSec = ({ maxCallDurationSec }: Pick<CallLimits, 'maxCallDurationSec'>): number =>
  (maxCallDurationSec ?? VENDOR_MAX_CALL_SEC) + GRACE_SEC;

/** A page token proves that its bearer started this conversation, and whether it is recorded. */
export interface PageTokens {
  make(conversationId: string, isRecorded: boolean): string;
  /** Undefined for a token that we did not make, has expired, or belongs to another conversation. */
  read(conversationId: string, token: string): { readonly isRecorded: boolean } | undefined;
}

export interface PageTokenOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Lifetime of a token. */
  readonly lifeSec: number;
}

/**
 * Tokens `r.<expiry>.<mac>` (recorded) or `n.<expiry>.<mac>` (not recorded); the MAC covers the conversation id. The key is
 * derived per kind of token, so that one kind never passes for another.
 *
 * @param secrets current first; when empty, a random secret is used and tokens are valid until the process ends
 */
export function pageTokens(secrets: readonly string[], { clock, lifeSec }: PageTokenOptions): PageTokens {
  const inputs = secrets.length > 0 ? secrets : [randomBytes(32)];
  const macs = inputs.map((secret) => macWith(Buffer.from(hkdfSync('sha256', secret, '', LABEL, 32))));
  const [current] = macs;
  if (current === undefined) throw new Error('There is no key for page tokens.');

  const nowSec = (): number => Math.floor(clock.now() / 1000);
  const signed = (mac: Mac, conversationId: string, claim: string): string =>
    `${claim}.${mac(`${claim}\n${conversationId}`)}`;
  return {
    make(conversationId, isRecorded) {
      const claim = `${isRecorded ? 'r' : 'n'}.${(nowSec() + lifeSec).toString(36)}`;
      return signed(current, conversationId, claim);
    },
    read(conversationId, token) {
      const { claim, flag, expiry } =
        /^(?<claim>(?<flag>[rn])\.(?<expiry>[0-9a-z]{1,9}))\./.exec(token)?.groups ?? {};
      if (claim === undefined || expiry === undefined) return undefined;
      const isOurs = macs.map((mac) => isSameText(token, signed(mac, conversationId, claim))).includes(true);
      return isOurs && Number.parseInt(expiry, 36) > nowSec() ? { isRecorded: flag === 'r' } : undefined;
    },
  };
}
