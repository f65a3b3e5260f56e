import type { OpenUpload } from '../recordings/bucket';
import type { Call } from './call';

/** Of the recorded time: long recordings take longer to be delivered. */
const SHARE = 0.25;

/** How long something that is missing is looked for. */
const LOOK_MS = 7 * 86_400_000;

const MINUTE_MS = 60_000;
const SOONEST_LOOK_MS = 5 * MINUTE_MS;
const LATEST_LOOK_MS = 12 * 60 * MINUTE_MS;

/** Until a recording has to be there, as epoch ms. */
export function deadlineOf({ beganMs, endedMs, longestEndMs, sessions }: Call, deadlineMin: number): number {
  const graceMs = deadlineMin * MINUTE_MS;
  if (endedMs === undefined) return longestEndMs + graceMs;
  const starts = sessions.flat().flatMap(({ event, ms }) => (event === 'recording-started' ? [ms] : []));
  const recordedMs = endedMs - Math.min(endedMs, ...(starts.length === 0 ? [beganMs] : starts));
  return endedMs + Math.max(graceMs, SHARE * recordedMs);
}

/** An upload whose newest part is younger than this goes on; the deadline is put off for it, up to a limit. */
const PART_MS = 10 * MINUTE_MS;
const PUT_OFF_MS = 2 * 60 * MINUTE_MS;

/** Whether the deadline is put off, because a recording is being uploaded. */
export const isPutOff = (uploads: readonly OpenUpload[], deadlineMs: number, nowMs: number): boolean =>
  nowMs < deadlineMs + PUT_OFF_MS &&
  uploads.some(({ startedMs, lastPartMs = startedMs }) => nowMs - lastPartMs < PART_MS);

/** When it is no longer looked for. */
export const closingOf = (deadlineMs: number): number => deadlineMs + LOOK_MS;

/** When something that was missing is looked for again: at first soon, then ever more seldom. */
export const nextLook = (deadlineMs: number, nowMs: number): number =>
  nowMs + Math.min(LATEST_LOOK_MS, Math.max(SOONEST_LOOK_MS, (nowMs - deadlineMs) / 2));
