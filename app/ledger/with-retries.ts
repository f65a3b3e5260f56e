/** A time budget shared by several calls; starts when it is created. */
export interface Budget {
  readonly totalMs: number;
  readonly leftMs: () => number;
}

export function startBudget(totalMs: number): Budget {
  const end = performance.now() + totalMs;
  return { totalMs, leftMs: () => Math.max(0, end - performance.now()) };
}

/** Decides after a failed attempt. Undefined: do not retry. */
export type RetryPolicy = (error: unknown) => { readonly retryAfterMs?: number } | undefined;

/** Share of the budget for the first attempt, so that a dead connection does not use up all of it. */
const FIRST_TRY_SHARE = 1 / 3;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Exponential backoff with jitter, so that clients refused together do not return together. */
const pauseMs = (tries: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);

/**
 * Retries until success, a permanent failure, or the end of the budget. Does not wait for an attempt that ignores its
 * signal.
 *
 * @param once receives a signal that is aborted when its time is up
 * @param onRetry called before each further attempt: the previous one may have succeeded
 * @throws the last failure that was an answer, else the first one
 */
export async function withRetries<T>(
  budget: Budget,
  { once, judge, onRetry }: PersistOptions<T>,
): Promise<T> {
  let failure: unknown;
  for (let tries = 1; ; tries += 1) {
    const leftMs = budget.leftMs();
    try {
      return await inTime(once, tries === 1 ? leftMs * FIRST_TRY_SHARE : leftMs);
    } catch (error) {
      // An answer is more informative than a timeout.
      if (failure === undefined || !(error instanceof NoAnswer)) failure = error;
      const again = judge(error);
      const waitMs = Math.max(again?.retryAfterMs ?? 0, pauseMs(tries));
      if (again === undefined || waitMs >= budget.leftMs()) throw failure;
      onRetry?.();
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

export interface PersistOptions<T> {
  readonly once: (signal: AbortSignal) => Promise<T>;
  readonly judge: RetryPolicy;
  readonly onRetry?: () => void;
}

/** No answer came in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

async function inTime<T>(once: (signal: AbortSignal) => Promise<T>, ms: number): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswer());
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([once(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
