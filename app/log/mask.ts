import { maskArn } from '../../contract/aws-values';
import { CALLBACK_PREFIX } from '../../contract/callback-path';
import { cutMask, HIDDEN, maskTexts, secretTexts, type Mask } from '../../contract/mask';
import type { Config } from '../config';

/**
 * Hides secrets in text that somebody else wrote, and cuts it to what is shown.
 *
 * @param most characters to show; longer text ends in an ellipsis
 */
export type ForeignMask = (text: string, most: number) => string;

/**
 * Bearers of something by their form alone: callback addresses, addresses of rooms and files, JSON web tokens. Each
 * pattern is linear: once its beginning has matched, it takes the whole run and never goes back
 * (`test/app/linear-text.local-test.ts`). So a token is hidden without its dots too: asking for one after the run would read
 * `eyJ-eyJ-eyJ-...` again from each `eyJ`.
 */
const CALLBACK_ADDRESS = `${CALLBACK_PREFIX}/`;
const CALLBACK_PATH = new RegExp(`${CALLBACK_ADDRESS}[^:\\s"'\\\\<>]+`, 'g');
const ADDRESS_PATH = /(?<origin>\b(?:https?|s3|gs):\/\/[^\s"'\\/<>?#]+)[/?#][^\s"'\\<>]*/g;
const WEB_TOKEN = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g;
const ROLE = /arn:aws[\w-]*:(?:iam|sts)::/;

/**
 * An e-mail address, its @ as it is or as addresses of pages write it: a run of letters, the @, and a run with a dot before
 * a letter, which the version of a package does not have. Linear like those above: it begins where a run begins.
 */
const MAIL_LETTER = `[^\\s<>"'(),:;=?&@%\\\\]`;
const MAIL_ADDRESS = new RegExp(
  `(?<!${MAIL_LETTER})${MAIL_LETTER}+(?:@|%40)(?=${MAIL_LETTER}*\\.\\p{L})${MAIL_LETTER}+`,
  'gu',
);

/** For words that a page chose: they may name the person in front of it. Tavus's own name its support, and stay. */
export const hideMailAddresses: Mask = (text) => text.replaceAll(MAIL_ADDRESS, HIDDEN);

/**
 * Characters that are not seen and do something: C1 and delete move the cursor of a terminal, bidirectional ones turn the
 * letters around them, separators break a line. JSON escapes none of these.
 */
const UNSEEN = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** A line of JSON in which unseen characters are written out, whoever chose them: the value holds `\u202E` as six letters. */
export const escapeUnseen: Mask = (line) =>
  line.replaceAll(
    UNSEEN,
    (found) => `\\\\u${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );

/** What is known to be secret. The role's ARN is none to AWS, but names an account and a way in. */
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

/** For our own log lines: the known secrets only, because it runs over each one. */
export const secretMask = (config: Config): Mask => maskOf(secretsOf(config));

/** For words that somebody else chose: the known secrets, and everything that looks like one. */
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
