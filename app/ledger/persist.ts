/** The time that one or more calls may take together, from when it is made. */
export interface Budget {
  readonly totalMs: number;
  readonly leftMs: () => number;
}

export function startBudget(totalMs: number): Budget {
  const end = performance.now() + totalMs;
  return { totalMs, leftMs: () => Math.max(0, end - performance.now()) };
}

/** What to do about a try that failed. Undefined: another one would fail in the same way. */
export type Judge = (error: unknown) => { readonly retryAfterMs?: number } | undefined;

/** Of what is left, for the first try: a connection that died unnoticed must not use it all up. */
const FIRST_TRY_SHARE = 1 / 3;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Twice as long from time to time, and never for all the same: those that were refused together come back apart. */
const pauseMs = (tries: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);

/**
 * Tries until it is done, cannot be done, or the time is up. A try that does not end in its time is left to itself.
 *
 * @param once gets a signal that is aborted when its time is up
 * @param onRetry told before each further try: what was tried may have been done
 * @throws why it could not be done: what was answered last, if anything
 */
export async function persist<T>(budget: Budget, { once, judge, onRetry }: PersistOptions<T>): Promise<T> {
  let failure: unknown;
  for (let tries = 1; ; tries += 1) {
    const leftMs = budget.leftMs();
    try {
      return await inTime(once, tries === 1 ? leftMs * FIRST_TRY_SHARE : leftMs);
    } catch (error) {
      // An answer says more than a last try that was cut short.
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
  readonly judge: Judge;
  readonly onRetry?: () => void;
}

/** No answer in its time. */
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
