import { maskArn } from '../app/contract/aws-values';
import { cutMask } from '../app/contract/cut-mask';

/**
 * Hides what must not be read over somebody's shoulder or in a CI log.
 *
 * @param most for words that somebody else chose: characters to show @default all
 */
export type Mask = (text: string, most?: number) => string;

const HIDDEN = '[hidden]';

/** A shorter "secret" is a placeholder; hiding it would tear every word that it is a part of. */
const SHORTEST = 8;

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/**
 * Masks the given secrets wherever they stand, whole roles, and the account in every ARN.
 *
 * @param secrets values; each is looked for as it is, and as it stands in JSON and in an address
 */
export function maskOf(secrets: readonly string[]): Mask {
  const known = secrets.flatMap((secret) =>
    secret.length < SHORTEST ? [] : [secret, inJson(secret), encodeURIComponent(secret)],
  );
  // Longest first: one secret may begin another.
  const variants = [...new Set(known)].toSorted((a, b) => b.length - a.length);
  const mask = (text: string): string =>
    maskArn(variants.reduce((masked, secret) => masked.replaceAll(secret, HIDDEN), text));
  const longestSecret = variants[0]?.length ?? 0;
  return (text, most = Infinity) => cutMask(text, most, { mask, longestSecret });
}

/** An account's number as far as a person needs it to tell two apart. */
export const maskAccount = (account: string): string => account.replace(/^\d{8}(?=\d{4}$)/, '********');
