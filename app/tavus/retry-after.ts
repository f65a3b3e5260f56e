/** Seconds that a Retry-After header asks for; undefined without one, or for a date, which Tavus has not been seen to send. */
export function retryAfterSec(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header.trim()) ? Number(header.trim()) : undefined;
}
