import { maskArn } from '../contract/aws-values';
import type { Config } from '../config';

/** Hides what must not be read in a log or an error. */
export type Mask = (text: string) => string;

const HIDDEN = '[hidden]';

/** Bearers of something by their form alone: callback addresses, addresses of rooms and files, JSON web tokens. */
const CALLBACK_PATH = /\/tavus\/callback\/[^:\s"'\\<>]+/g;
const ADDRESS_PATH = /(?<origin>\b(?:https?|s3|gs):\/\/[^\s"'\\/<>?#]+)[/?#][^\s"'\\<>]*/g;
const WEB_TOKEN = /\beyJ[\w-]{8,}(?:\.[\w-]*){1,2}/g;
const ROLE = /arn:aws[\w-]*:(?:iam|sts)::/;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
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
  return secrets.filter((secret) => secret !== undefined && secret !== '') as string[];
}

/** For our own log lines: the known secrets only, because it runs over each one. */
export function secretMask(config: Config): Mask {
  const variants = new Set(secretsOf(config).flatMap((secret) => [secret, inJson(secret)]));
  // Longest first: one secret may begin another.
  const pattern = [...variants].toSorted((a, b) => b.length - a.length).map(escaped);
  const known = new RegExp(pattern.join('|'), 'g');
  return (text) => text.replaceAll(known, HIDDEN).replaceAll(CALLBACK_PATH, `/tavus/callback/${HIDDEN}`);
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
