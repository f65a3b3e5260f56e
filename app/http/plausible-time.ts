/** How far a time may be from now, by the backend's clock, in milliseconds. */
export interface TimeWindow {
  readonly agoMs: number;
  readonly aheadMs: number;
}

const words = (ms: number): string =>
  ms % 3_600_000 === 0 ? `${ms / 3_600_000} hours` : `${ms / 60_000} minutes`;

/**
 * What is wrong with a time that a caller sent; undefined when nothing is. The backend's own time is part of the words:
 * a wrong clock is the usual cause.
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
