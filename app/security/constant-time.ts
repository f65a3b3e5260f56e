import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in constant time: timing reveals neither where the texts differ nor how long the secret is. */
export function isSameText(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}
