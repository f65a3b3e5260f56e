/** Replaces the secrets in a text. */
export type Mask = (text: string) => string;

/** The replacement for a secret. */
export const HIDDEN = '[hidden]';

/** A shorter "secret" is a placeholder; masking it would damage ordinary words. */
const SHORTEST = 8;

/** The text as it appears in a JSON line. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The texts to search for: each secret as it is, JSON-escaped and URL-encoded. Longest first, because one may begin with another. */
export function secretTexts(secrets: readonly (string | undefined)[]): readonly string[] {
  const texts = secrets.flatMap((secret) =>
    secret === undefined || secret.length < SHORTEST
      ? []
      : [secret, inJson(secret), encodeURIComponent(secret)],
  );
  return [...new Set(texts)].toSorted((a, b) => b.length - a.length);
}

/** Masks every occurrence of these texts. */
export const maskTexts =
  (texts: readonly string[]): Mask =>
  (text) => {
    let masked = text;
    // A plain text search is many times faster than one regular expression for all (measured 2026-11).
    for (const secret of texts) if (masked.includes(secret)) masked = masked.replaceAll(secret, HIDDEN);
    return masked;
  };

/** Longer than the start of an ARN, up to the colon after the account: `maskArn` needs that part. */
const ARN_MARGIN = 64;

/**
 * Cuts and masks a text. It cuts first, so that a response of 1 MB does not block the process.
 *
 * The cut may split a secret, and `mask` does not recognise the rest of it. So the first cut leaves a margin longer than any
 * secret, and the second cut, after masking, drops the margin.
 *
 * @param most characters to show; longer text ends in an ellipsis
 * @param longestSecret length of the longest text that `mask` searches for
 */
export function cutMask(
  text: string,
  most: number,
  { mask, longestSecret }: { readonly mask: Mask; readonly longestSecret: number },
): string {
  const margin = Math.max(ARN_MARGIN, longestSecret);
  if (text.length <= most + margin) {
    const masked = mask(text);
    return masked.length > most ? `${masked.slice(0, most)}…` : masked;
  }
  const masked = mask(text.slice(0, most + margin));
  return `${masked.slice(0, Math.min(most, Math.max(0, masked.length - margin)))}…`;
}
