import { maskArn } from '../contract/aws-values';
import { cutMask } from '../contract/cut-mask';
import type { Config } from '../config';

/** Hides what must not be read in a log or an error. */
export type Mask = (text: string) => string;

/**
 * Hides secrets in text that somebody else wrote, and cuts it to what is shown.
 *
 * @param most characters to show; longer text ends in an ellipsis
 */
export type ForeignMask = (text: string, most: number) => string;

const HIDDEN = '[hidden]';

/** A shorter "secret" is a placeholder; hiding it would tear every word that it is a part of. */
const SHORTEST = 8;

/**
 * Bearers of something by their form alone: callback addresses, addresses of rooms and files, JSON web tokens. Each
 * pattern is linear: once its beginning has matched, it takes the whole run and never goes back
 * (`test/app/linear-text.test.ts`). So a token is hidden without its dots too: asking for one after the run would read
 * `eyJ-eyJ-eyJ-...` again from each `eyJ`.
 */
const CALLBACK_PREFIX = '/tavus/callback/';
const CALLBACK_PATH = /\/tavus\/callback\/[^:\s"'\\<>]+/g;
const ADDRESS_PATH = /(?<origin>\b(?:https?|s3|gs):\/\/[^\s"'\\/<>?#]+)[/?#][^\s"'\\<>]*/g;
const WEB_TOKEN = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g;
const ROLE = /arn:aws[\w-]*:(?:iam|sts)::/;

/** How it stands in a JSON line. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** What is known to be secret, longest first, because one may begin another. The role's ARN is none to AWS, but names an account and a way in. */
function secretsOf(config: Config): string[] {
  const secrets = [
    config.tavus.apiKey,
    config.startApiKey,
    ...config.callbackSecrets,
    config.recording?.roleArn,
  ].filter((secret): secret is string => secret !== undefined && secret.length >= SHORTEST);
  const variants = new Set(secrets.flatMap((secret) => [secret, inJson(secret)]));
  return [...variants].toSorted((a, b) => b.length - a.length);
}

function maskOf(secrets: readonly string[]): Mask {
  return (text) => {
    let masked = text;
    // Looking for plain text is many times cheaper than one expression for all (measured 2026-11).
    for (const secret of secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, HIDDEN);
    return masked.includes(CALLBACK_PREFIX)
      ? masked.replaceAll(CALLBACK_PATH, `${CALLBACK_PREFIX}${HIDDEN}`)
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
