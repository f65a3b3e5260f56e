import { setTimeout } from 'node:timers/promises';
import type { CheckResult, Topic } from './check-result';

/** AWS spreads a new right or role within seconds to minutes; asking more often finds nothing sooner. */
const PAUSE_MS = 10_000;

export interface WaitOptions {
  readonly maxMs: number;
  readonly progress: (text: string) => void;
  /** @default the platform's own */
  readonly clock?: { now(): number; pause(ms: number): Promise<unknown> };
}

const OF_ROLES: ReadonlySet<Topic> = new Set(['role', 'key', 'reader']);

const isPropagating = ({ topic, status, isRetryable }: CheckResult): boolean =>
  isRetryable === true || (status === 'fail' && OF_ROLES.has(topic));

/**
 * Makes the checks again that did not pass for a reason that spreads slowly, until they pass or the time is over. What is
 * unknown at AWS is made again with them: most of it depends on the same role.
 *
 * @param again makes the checks with these ids once more
 * @returns all results, each by its last check
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
