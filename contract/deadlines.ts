/**
 * How long a start may take, and how long whatever stops the process waits for it. A start that is cut off may leave a
 * conversation that bills and that nobody knows of, so each of these contains the one before; a test holds the sums.
 */

/** The create call as a whole: connecting, its tries, its answer. */
export const CREATE_MS = 30_000;

/** Finding and ending a conversation that nobody will use, after that. */
export const CLEANUP_MS = 9_000;

/** From SIGTERM until the process gives up what is still under way. */
export const SHUTDOWN_MS = 40_000;

/** From SIGTERM until the platform kills the process. */
export const PLATFORM_GRACE_SEC = 60;
