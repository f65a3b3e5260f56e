/**
 * How long a start may take, and how long whatever stops the process waits for it. A start that is cut off may leave a
 * conversation that bills and that nobody knows of, so each of these contains the one before; a test holds the sums.
 */

/** Everything that is written into the ledger before a create call. */
export const LEDGER_MS = 3_000;

/** The create call as a whole: connecting, its tries, its answer. */
export const CREATE_MS = 30_000;

/** Finding and ending a conversation of which no answer came, after that. */
export const CLEANUP_MS = 9_000;

/** Writing down that a conversation was created, and what its caller is answered. */
export const OUTCOME_MS = 10_000;

/** Ending a conversation of which that could not be written down, or of which no caller was told. */
export const END_MS = 5_000;

/** From SIGTERM until the process gives up what is still under way. */
export const SHUTDOWN_MS = 50_000;

/** From SIGTERM until the platform kills the process. */
export const PLATFORM_GRACE_SEC = 60;

/**
 * From the beginning of a start: later nothing is sent to Tavus, however long the process was stopped in between. Well below
 * {@link CREATE_BY_MS}, so that a start that is given up from outside cannot be created afterwards.
 */
export const SEND_BY_MS = 30_000;

/** From the beginning of a start: a start without an outcome by then was cut off, and is given up from outside. */
export const CREATE_BY_MS = 300_000;
