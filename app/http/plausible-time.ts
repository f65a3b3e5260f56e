/** How far a time may be from the backend's clock, in milliseconds. */
export interface TimeWindow {
  readonly agoMs: number;
  readonly aheadMs: number;
}

const words = (ms: number): string =>
  ms % 3_600_000 === 0 ? `${ms / 3_600_000} hours` : `${ms / 60_000} minutes`;

/**
 * Describes why a caller's time is implausible; undefined when it is plausible. Names the backend's own time, because a
 * wrong clock is the usual cause.
 *
 * @param time an ISO 8601 time
 */
export function timeProblem(time: string, nowMs: number, { agoMs, aheadMs }: TimeWindow): string | undefined {
  const atMs = Date.parse(time);
  if (atMs >= nowMs - agoMs && atMs <= nowMs + aheadMs) return undefined;
  return (
    `is more than ${words(agoMs)} before or ${words(aheadMs)} after the backend's time, ` +
    `${new Date(nowMs).toISOString()}; check the clock of the device`
  );
}
