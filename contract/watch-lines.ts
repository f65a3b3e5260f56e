/**
 * Log lines by which the watch tells somebody. The alerts on Azure look for exactly these texts.
 */
export const WATCH_LINES = {
  /** The recording should be in the bucket, and is not. */
  missing: 'Recording missing',
  /** The same where the backend may not look into the bucket. */
  notAnnounced: 'Recording not announced',
  /** Takes one of the two back. */
  late: 'Recording arrived late',
  /** Many of one cause, in one line. */
  outage: 'Recordings missing for one cause',
  /** Every five minutes, from the backend that watches. */
  heartbeat: 'Watch is running',
  /** Once a day. */
  figures: 'Recordings of the day',
} as const;
