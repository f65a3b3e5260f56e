/**
 * Deadlines of a start, and how long a shutdown waits for it. A start that is cut off may leave an unknown conversation that
 * Tavus bills. So each deadline covers the ones before it; a test checks the sums.
 */

/** All ledger writes before the create call. */
export const LEDGER_MS = 3_000;

/** The whole create call: connecting, retries, response. */
export const CREATE_MS = 30_000;

/** Afterwards: finding and ending the conversation of a create call without a response. */
export const CLEANUP_MS = 9_000;

/** Writing the created conversation and the response for the caller into the ledger. */
export const OUTCOME_MS = 10_000;

/** Ending a conversation whose outcome could not be written, or whose caller got no response. */
export const END_MS = 5_000;

/** From SIGTERM until the process aborts unfinished starts. */
export const SHUTDOWN_MS = 50_000;

/** From SIGTERM until the platform kills the process. */
export const PLATFORM_GRACE_SEC = 60;

/**
 * From the beginning of a start: after this nothing is sent to Tavus, even if the process was suspended in between. Well
 * below {@link CREATE_BY_MS}, so that no conversation is created after another process abandoned the start.
 */
export const SEND_BY_MS = 30_000;

/** From the beginning of a start: without an outcome by then it was cut off, and another process gives it up. */
export const CREATE_BY_MS = 300_000;
