import { maskArn } from '../../contract/aws-values';
import { CALLBACK_PREFIX } from '../../contract/callback-path';
import { cutMask, HIDDEN, maskTexts, secretTexts, type Mask } from '../../contract/mask';
import type { Config } from '../config';

/**
 * Masks secrets in foreign text and shortens it.
 *
 * @param most characters to show; longer text ends in an ellipsis
 */
export type ForeignMask = (text: string, most: number) => string;

/**
 * Secrets recognised by their form: callback addresses, addresses of rooms and files, JSON web tokens. Each pattern runs in
 * linear time: once its beginning matches, it consumes the whole run and never backtracks
 * (`test/app/linear-text.local-test.ts`). This is why the dots of a token are optional: requiring one would scan
 * `eyJ-eyJ-eyJ-...` again from each `eyJ`.
 */
const CALLBACK_ADDRESS = `${CALLBACK_PREFIX}/`;
const CALLBACK_PATH = new RegExp(`${CALLBACK_ADDRESS}[^:\\s"'\\\\<>]+`, 'g');
const ADDRESS_PATH = /(?<origin>\b(?:https?|s3|gs):\/\/[^\s"'\\/<>?#]+)[/?#][^\s"'\\<>]*/g;
const WEB_TOKEN = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g;
const ROLE = /arn:aws[\w-]*:(?:iam|sts)::/;

/**
 * An e-mail address, with @ or its URL-encoded form: a run of letters, the @, and a run with a dot before a letter
 * (`pkg@1.2` has none). Linear like the patterns above: a match only begins where a run begins.
 */
const MAIL_LETTER = `[^\\s<>"'(),:;=?&@%\\\\]`;
const MAIL_ADDRESS = new RegExp(
  `(?<!${MAIL_LETTER})${MAIL_LETTER}+(?:@|%40)(?=${MAIL_LETTER}*\\.\\p{L})${MAIL_LETTER}+`,
  'gu',
);

/**
 * For messages from a page: they may name the person there. Tavus's messages are kept as they are: they name its support.
 */
export const hideMailAddresses: Mask = (text) => text.replaceAll(MAIL_ADDRESS, HIDDEN);

/**
 * Invisible control characters: C1 and delete move a terminal's cursor, bidirectional marks reorder text, separators break
 * a line. JSON escapes none of them.
 */
const UNSEEN = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** Escapes invisible characters in a line of JSON: the value then holds `\u202E` as six letters. */
export const escapeUnseen: Mask = (line) =>
  line.replaceAll(
    UNSEEN,
    (found) => `\\\\u${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );

/** All secrets of the configuration. AWS does not treat a role's ARN as secret, but it names an account and a way in. */
const secretsOf = (config: Config): readonly string[] =>
  secretTexts([
    config.tavus.apiKey,
    config.startApiKey,
    config.operatorKey,
    ...config.callbackSecrets,
    config.proxy && decodeURIComponent(new URL(config.proxy.url).password),
    config.recording?.roleArn,
    config.access?.roleArn,
    config.operatorKey,
  ]);

function maskOf(secrets: readonly string[]): Mask {
  const hideSecrets = maskTexts(secrets);
  return (text) => {
    const masked = hideSecrets(text);
    return masked.includes(CALLBACK_ADDRESS)
      ? masked.replaceAll(CALLBACK_PATH, `${CALLBACK_ADDRESS}${HIDDEN}`)
      : masked;
  };
}

/** For our own log lines: known secrets only, because it runs on every line. */
export const secretMask = (config: Config): Mask => maskOf(secretsOf(config));

/** For foreign text: the known secrets, and everything that looks like one. */
export function foreignTextMask(config: Config): ForeignMask {
  const secrets = secretsOf(config);
  const maskSecrets = maskOf(secrets);
  const mask = (text: string): string => {
    const masked = maskSecrets(text)
      .replaceAll(ADDRESS_PATH, `$<origin>/${HIDDEN}`)
      .replaceAll(WEB_TOKEN, HIDDEN);
    return ROLE.test(masked) ? maskArn(masked) : masked;
  };
  const longestSecret = secrets[0]?.length ?? 0;
  return (text, most) => cutMask(text, most, { mask, longestSecret });
}
