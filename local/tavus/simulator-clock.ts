/** Time as the simulator sees it, so that a test can move it by hand. */
export interface SimulatorClock {
  now(): number;
  /** Runs `task` once after `ms`. The answer cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** Longest delay Node's timers take; beyond it they fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** Node's clock, with every pending timer stopped by `stop()`, so that nothing outlives the simulator. */
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
