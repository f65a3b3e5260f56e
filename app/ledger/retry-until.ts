import type { Clock } from '../clock';
import { LedgerUnavailable } from './store';

const AGAIN_MS = 500;

/**
 * Retries while the ledger is unavailable. The work must be idempotent.
 *
 * @param work receives the time left
 * @throws LedgerUnavailable when the time is over
 */
export async function retryUntil<T>(
  clock: Clock,
  untilMs: number,
  work: (leftMs: number) => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work(Math.max(1, untilMs - clock.now()));
    } catch (error) {
      if (!(error instanceof LedgerUnavailable) || clock.now() + AGAIN_MS >= untilMs) throw error;
    }
    await clock.sleep(AGAIN_MS);
  }
}
