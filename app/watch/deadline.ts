import type { OpenUpload } from '../recordings/bucket';
import type { ObservedCall } from './call';

/** Share of the recorded time: long recordings take longer to be delivered. */
const SHARE = 0.25;

/** How long a missing recording is looked for. */
const LOOK_MS = 7 * 86_400_000;

const MINUTE_MS = 60_000;
const SOONEST_LOOK_MS = 5 * MINUTE_MS;
const LATEST_LOOK_MS = 12 * 60 * MINUTE_MS;

/** The deadline for a recording, epoch ms. */
export function deadlineOf(
  { beganMs, endedMs, longestEndMs, sessions }: ObservedCall,
  deadlineMin: number,
): number {
  const graceMs = deadlineMin * MINUTE_MS;
  if (endedMs === undefined) return longestEndMs + graceMs;
  const starts = sessions.flat().flatMap(({ event, ms }) => (event === 'recording-started' ? [ms] : []));
  const recordedMs = endedMs - Math.min(endedMs, ...(starts.length === 0 ? [beganMs] : starts));
  return endedMs + Math.max(graceMs, SHARE * recordedMs);
}

/** An upload with a newer part than this is in progress and extends the deadline, up to a limit. */
const PART_MS = 10 * MINUTE_MS;
const EXTENSION_MS = 2 * 60 * MINUTE_MS;

/** Whether the deadline is extended because an upload is in progress. */
export const isExtended = (uploads: readonly OpenUpload[], deadlineMs: number, nowMs: number): boolean =>
  nowMs < deadlineMs + EXTENSION_MS &&
  uploads.some(({ startedMs, lastPartMs = startedMs }) => nowMs - lastPartMs < PART_MS);

/** When the watch stops looking for a missing recording. */
export const searchEndOf = (deadlineMs: number): number => deadlineMs + LOOK_MS;

/** When a missing recording is looked for next: soon at first, then less and less often. */
export const nextLook = (deadlineMs: number, nowMs: number): number =>
  nowMs + Math.min(LATEST_LOOK_MS, Math.max(SOONEST_LOOK_MS, (nowMs - deadlineMs) / 2));
