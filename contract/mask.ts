/** Hides what must not be read. */
export type Mask = (text: string) => string;

/** In place of a secret. */
export const HIDDEN = '[hidden]';

/** A shorter "secret" is a placeholder; hiding it would tear every word that it is a part of. */
const SHORTEST = 8;

/** How it stands in a JSON line. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The texts by which secrets are recognised, as they are, in JSON and in an address; longest first, because one may begin another. */
export function secretTexts(secrets: readonly (string | undefined)[]): readonly string[] {
  const texts = secrets.flatMap((secret) =>
    secret === undefined || secret.length < SHORTEST
      ? []
      : [secret, inJson(secret), encodeURIComponent(secret)],
  );
  return [...new Set(texts)].toSorted((a, b) => b.length - a.length);
}

/** Hides these texts wherever they stand. */
export const hiding =
  (texts: readonly string[]): Mask =>
  (text) => {
    let masked = text;
    // Looking for plain text is many times cheaper than one expression for all (measured 2026-11).
    for (const secret of texts) if (masked.includes(secret)) masked = masked.replaceAll(secret, HIDDEN);
    return masked;
  };

/** Longer than the part of an ARN that decides what is masked: up to the colon behind the account. */
const ARN_MARGIN = 64;

/**
 * Cuts text to what is shown and masks it. The text is cut before it is read, so that its length costs nothing: an
 * answer of 1 MB would otherwise keep the process busy for the sake of one sentence.
 *
 * A secret that the cut went through is no longer recognised, and what is left of it stands at the very end. So a
 * margin is read along that is longer than any secret, and as much is dropped again after masking.
 *
 * @param most characters to show; longer text ends in an ellipsis
 * @param longestSecret characters of the longest text that `mask` looks for
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
