import type { Clock } from '../clock';
import type { Exchange } from './exchange';
import { retryAfterSec } from './retry-after';

/** Waits before the second and third attempt, when nothing was sent. */
const DELAYS_MS = [250, 1000] as const;

/** Longest Retry-After that a caller waits for. */
const LONGEST_RETRY_AFTER_SEC = 10;

/** How long to wait before sending again; undefined when the request must not be repeated. */
function retryDelayMs(exchange: Exchange, tries: number): number | undefined {
  const delay = DELAYS_MS[tries];
  if (delay === undefined) return undefined;
  if (exchange.kind === 'not-sent') return exchange.reason === 'unconnected' ? delay : undefined;
  if (exchange.kind === 'answered' && exchange.status === 429) {
    const seconds = retryAfterSec(exchange.retryAfter);
    return seconds !== undefined && seconds <= LONGEST_RETRY_AFTER_SEC ? seconds * 1000 : undefined;
  }
  return undefined;
}

/**
 * Repeats only a request that was provably not executed: no connection was opened, or Tavus answered 429 with a time. Any
 * other request may already be billed.
 *
 * @param send receives the time left
 * @param withinMs for all attempts and the waits between them
 */
export async function sendCarefully(
  send: (leftMs: number) => Promise<Exchange>,
  clock: Clock,
  withinMs: number,
): Promise<Exchange> {
  const until = clock.now() + withinMs;
  for (let tries = 0; ; tries += 1) {
    const exchange = await send(until - clock.now());
    const delay = retryDelayMs(exchange, tries);
    if (delay === undefined || clock.now() + delay >= until) return exchange;
    await clock.sleep(delay);
  }
}
