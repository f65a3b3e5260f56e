import { maskArn } from '../contract/aws-values';
import { cutMask, maskTexts, secretTexts } from '../contract/mask';

/**
 * Hides what must not be read over somebody's shoulder or in a CI log.
 *
 * @param most for words that somebody else chose: characters to show @default all
 */
export type Mask = (text: string, most?: number) => string;

/**
 * Masks the given secrets wherever they stand, whole roles, and the account in every ARN.
 *
 * @param secrets values; each is looked for as it is, and as it stands in JSON and in an address
 */
export function maskOf(secrets: readonly string[]): Mask {
  const texts = secretTexts(secrets);
  const hideSecrets = maskTexts(texts);
  const mask = (text: string): string => maskArn(hideSecrets(text));
  const longestSecret = texts[0]?.length ?? 0;
  return (text, most = Infinity) => cutMask(text, most, { mask, longestSecret });
}

/** An account's number as far as a person needs it to tell two apart. */
export const maskAccount = (account: string): string => account.replace(/^\d{8}(?=\d{4}$)/, '********');
