import type { Exchange } from './exchange';

/** By these Tavus refuses, and nothing was started. What any other failure means, nobody says. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 409, 422, 429]);

/** Whether a status alone says that nothing was started. */
export const isRefusal = (status: number): boolean => REFUSALS.has(status);

/** Whether a create call that was no success leaves open if the conversation was made: it may be running, and billing. */
export function isUnknownOutcome(exchange: Exchange): boolean {
  if (exchange.kind === 'not-sent') return false;
  return exchange.kind === 'no-answer' || !isRefusal(exchange.status);
}

/** Whether the answer to an end says that the call is over. Tavus answers 400 for one that is forgotten, and some accounts for one ended twice. */
export const isOver = (exchange: Exchange): boolean =>
  exchange.kind === 'answered' &&
  ((exchange.status >= 200 && exchange.status < 300) || exchange.status === 400 || exchange.status === 404);
