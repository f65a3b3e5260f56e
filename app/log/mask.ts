import { maskArn } from '../../contract/aws-values';
import type { Config } from '../config';

/** Hides what must not be read in a log or an error. */
export type Mask = (text: string) => string;

const HIDDEN = '[hidden]';

/** A shorter "secret" is a placeholder; hiding it would tear every word that it is a part of. */
const SHORTEST = 8;

/** Bearers of something by their form alone: callback addresses, addresses of rooms and files, JSON web tokens. */
const CALLBACK_PREFIX = '/tavus/callback/';
const CALLBACK_PATH = /\/tavus\/callback\/[^:\s"'\\<>]+/g;
const ADDRESS_PATH = /(?<origin>\b(?:https?|s3|gs):\/\/[^\s"'\\/<>?#]+)[/?#][^\s"'\\<>]*/g;
const WEB_TOKEN = /\beyJ[\w-]{8,}(?:\.[\w-]*){1,2}/g;
const ROLE = /arn:aws[\w-]*:(?:iam|sts)::/;

/** How it stands in a JSON line. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** What is known to be secret. The role's ARN is none to AWS, but names an account and a way in. */
function secretsOf(config: Config): string[] {
  const secrets = [
    config.tavus.apiKey,
    config.startApiKey,
    ...config.callbackSecrets,
    config.recording?.roleArn,
  ];
  return secrets.filter((secret): secret is string => secret !== undefined && secret.length >= SHORTEST);
}

/** For our own log lines: the known secrets only, because it runs over each one. */
export function secretMask(config: Config): Mask {
  const variants = new Set(secretsOf(config).flatMap((secret) => [secret, inJson(secret)]));
  // Longest first: one secret may begin another.
  const secrets = [...variants].toSorted((a, b) => b.length - a.length);
  return (text) => {
    let masked = text;
    // Looking for plain text is many times cheaper than one expression for all (measured 2026-11).
    for (const secret of secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, HIDDEN);
    return masked.includes(CALLBACK_PREFIX)
      ? masked.replaceAll(CALLBACK_PATH, `${CALLBACK_PREFIX}${HIDDEN}`)
      : masked;
  };
}

/** For words that somebody else chose: the known secrets, and everything that looks like one. */
export function foreignTextMask(config: Config): Mask {
  const maskSecrets = secretMask(config);
  return (text) => {
    const masked = maskSecrets(text)
      .replaceAll(ADDRESS_PATH, `$<origin>/${HIDDEN}`)
      .replaceAll(WEB_TOKEN, HIDDEN);
    return ROLE.test(masked) ? maskArn(masked) : masked;
  };
}
