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
  { mask, longestSecret }: { readonly mask: (text: string) => string; readonly longestSecret: number },
): string {
  const margin = Math.max(ARN_MARGIN, longestSecret);
  if (text.length <= most + margin) {
    const masked = mask(text);
    return masked.length > most ? `${masked.slice(0, most)}…` : masked;
  }
  const masked = mask(text.slice(0, most + margin));
  return `${masked.slice(0, Math.min(most, Math.max(0, masked.length - margin)))}…`;
}
