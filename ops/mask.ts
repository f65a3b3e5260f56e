import { maskArn } from '../contract/aws-values';
import { cutMask, maskTexts, secretTexts } from '../contract/mask';

/**
 * Masks secrets, roles and account numbers in a text, so that it can be shown in a terminal or a CI log.
 *
 * @param most maximum length, for texts from outside @default unlimited
 */
export type OutputMask = (text: string, most?: number) => string;

/**
 * Masks the given secrets, whole role ARNs, and the account in every ARN.
 *
 * @param secrets found as they are, in JSON encoding and in URL encoding
 */
export function maskOf(secrets: readonly string[]): OutputMask {
  const texts = secretTexts(secrets);
  const hideSecrets = maskTexts(texts);
  const mask = (text: string): string => maskArn(hideSecrets(text));
  const longestSecret = texts[0]?.length ?? 0;
  return (text, most = Infinity) => cutMask(text, most, { mask, longestSecret });
}

/** Keeps the last four digits of an account number, enough to tell two accounts apart. */
export const maskAccount = (account: string): string => account.replace(/^\d{8}(?=\d{4}$)/, '********');
