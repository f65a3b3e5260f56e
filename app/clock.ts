import { setTimeout as timeout } from 'node:timers/promises';
import { defined } from '../contract/defined';

/** The backend's clock; tests replace it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms` milliseconds, or when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => timeout(ms, undefined, defined({ signal })).catch(() => undefined),
};
