import type { Probe } from './container-app';

/** One revision of a Container App, ready to be run. */
export interface Revision {
  readonly name: string;
  /** Folder of the pushed bundle. */
  readonly bundle: string;
  /** Exactly what is injected, secrets resolved. */
  readonly environment: Readonly<Record<string, string>>;
  /** Those values of it that must not be shown. */
  readonly secrets: readonly string[];
  readonly targetPort: number;
  readonly probes: readonly Probe[];
  /** Seconds that it has to end after SIGTERM. */
  readonly graceSeconds: number;
}

/** Runs revisions, one at a time behind one address. */
export interface Revisions {
  /**
   * Starts a revision, waits until it is ready, moves the address to it, and ends the one before.
   * @throws when it doesn't become ready, with the end of its log, secrets hidden; the one before then goes on serving
   */
  replace(revision: Revision): Promise<void>;
  stop(): Promise<void>;
}
