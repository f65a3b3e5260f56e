import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether two texts are the same, in a time that tells neither where they differ nor how long the secret is. */
export function isSameText(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}
