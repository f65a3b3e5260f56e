import { setTimeout as timeout } from 'node:timers/promises';
import { defined } from '../contract/defined';

/** Time as the backend sees it, so that a test moves it by hand. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => timeout(ms, undefined, defined({ signal })).catch(() => undefined),
};
