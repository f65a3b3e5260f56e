/** The simulator's source of time. Tests replace it. */
export interface SimulatorClock {
  now(): number;
  /** Runs `task` once after `ms`. Returns a function that cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** Node's timers fire at once when the delay is longer than this. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The system clock. `stop()` cancels all pending timers, so that none outlives the simulator. */
export function systemClock(): SimulatorClock & { stop(): void } {
  const pending = new Set<NodeJS.Timeout>();
  return {
    now: () => Date.now(),
    after(ms, task) {
      const timer = setTimeout(
        () => {
          pending.delete(timer);
          task();
        },
        Math.min(ms, LONGEST_DELAY_MS),
      );
      pending.add(timer);
      return () => {
        clearTimeout(timer);
        pending.delete(timer);
      };
    },
    stop() {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}
