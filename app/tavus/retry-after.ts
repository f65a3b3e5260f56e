/** Six digits, and room for spaces. */
const MOST_LENGTH = 16;

/** Seconds that a Retry-After header asks for; undefined without one, or for a date, which Tavus has not been seen to send. */
export function retryAfterSec(header: string | undefined): number | undefined {
  if (header === undefined || header.length > MOST_LENGTH) return undefined;
  return /^\d{1,6}$/.test(header.trim()) ? Number(header.trim()) : undefined;
}
