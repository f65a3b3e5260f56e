import { setTimeout } from 'node:timers/promises';
import type { CheckResult, Topic } from './check-result';

/** A new right or role takes effect within seconds to minutes; polling faster does not help. */
const PAUSE_MS = 10_000;

export interface WaitOptions {
  readonly maxMs: number;
  readonly progress: (text: string) => void;
  /** @default the platform's own */
  readonly clock?: { now(): number; pause(ms: number): Promise<unknown> };
}

const ROLE_TOPICS: ReadonlySet<Topic> = new Set(['role', 'key', 'reader']);

const isPropagating = ({ topic, status, isRetryable }: CheckResult): boolean =>
  isRetryable === true || (status === 'fail' && ROLE_TOPICS.has(topic));

/**
 * Repeats checks that a new right or role may still fix, until they pass or the time is over. Unknown AWS checks are
 * repeated too: most depend on the same role.
 *
 * @param again runs the checks with these ids again
 * @returns all results, each the latest of its check
 */
export async function waitForPropagation(
  results: readonly CheckResult[],
  again: (ids: ReadonlySet<string>) => Promise<readonly CheckResult[]>,
  { maxMs, progress, clock = SYSTEM }: WaitOptions,
): Promise<readonly CheckResult[]> {
  const endMs = clock.now() + maxMs;
  let latest = results;
  for (;;) {
    const spreading = latest.filter(isPropagating).map(({ id }) => id);
    const leftMs = endMs - clock.now();
    if (spreading.length === 0 || leftMs <= 0) return latest;
    progress(`waiting for ${spreading.join(', ')}: ${Math.ceil(leftMs / 1000)} s left`);
    await clock.pause(Math.min(PAUSE_MS, leftMs));
    const unknown = latest.filter(({ asks, status }) => asks === 'AWS' && status === 'unknown');
    const found = await again(new Set([...spreading, ...unknown.map(({ id }) => id)]));
    const byId = new Map(found.map((result) => [result.id, result]));
    latest = latest.map((result) => byId.get(result.id) ?? result);
  }
}

const SYSTEM: NonNullable<WaitOptions['clock']> = {
  now: () => performance.now(),
  pause: (ms) => setTimeout(ms),
};
