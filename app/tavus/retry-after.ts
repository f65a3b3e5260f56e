/** Six digits and some spaces. */
const MOST_LENGTH = 16;

/** Seconds of a Retry-After header. Undefined without one, and for a date, which Tavus has not been observed to send. */
export function retryAfterSec(header: string | undefined): number | undefined {
  if (header === undefined || header.length > MOST_LENGTH) return undefined;
  return /^\d{1,6}$/.test(header.trim()) ? Number(header.trim()) : undefined;
}
