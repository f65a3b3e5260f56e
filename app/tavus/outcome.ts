import type { Exchange } from './exchange';

/** With these statuses Tavus refuses and starts nothing. For other failures the outcome is unknown. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 409, 422, 429]);

/** Whether the status proves that nothing was started. */
export const isRefusal = (status: number): boolean => REFUSALS.has(status);

/** Whether a failed create call may have created a conversation, which then runs and is billed. */
export function isUnknownOutcome(exchange: Exchange): boolean {
  if (exchange.kind === 'not-sent') return false;
  return exchange.kind === 'no-answer' || !isRefusal(exchange.status);
}

/**
 * Whether the answer to an end call means that the call is over. Tavus answers 400 for an unknown conversation, and for
 * some accounts for one already ended.
 */
export const isOver = (exchange: Exchange): boolean =>
  exchange.kind === 'answered' &&
  ((exchange.status >= 200 && exchange.status < 300) || exchange.status === 400 || exchange.status === 404);
