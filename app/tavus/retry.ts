import type { Clock } from '../clock';
import type { Exchange } from './exchange';
import { retryAfterSec } from './retry-after';

/** Waits before the second and the third try, when nothing had left this machine. */
const DELAYS_MS = [250, 1000] as const;

/** A caller waits no longer than this for Tavus to be ready again. */
const LONGEST_RETRY_AFTER_SEC = 10;

/** How long to wait before sending once more; undefined when it must not be sent again. */
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
 * Sends again only what provably was not carried out: no connection was made, or Tavus said "later" and when. Everything
 * else may already have been billed.
 *
 * @param send is given the time that is left
 * @param withinMs for all tries and the waits between them
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
