import type { ManagedIdentity } from '../identity/token-issuer';
import type { Probe } from './container-app';

/** An identity whose tokens the code in the container can get. */
export interface RevisionIdentity extends ManagedIdentity {
  /** Whether it had a right to a storage account's tables when the revision was made. */
  readonly reachesTables: boolean;
}

/** One revision of a Container App, ready to be run. */
export interface Revision {
  readonly name: string;
  /** Folder of the pushed bundle. */
  readonly bundle: string;
  /** Exactly what is injected, secrets resolved. */
  readonly environment: Readonly<Record<string, string>>;
  /** Those values of it that must not be shown. */
  readonly secrets: readonly string[];
  readonly identities: readonly RevisionIdentity[];
  /** How many processes it is: always as many as it may be. */
  readonly replicas: number;
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
