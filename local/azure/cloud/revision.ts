import type { ManagedIdentity } from '../identity/token-issuer';
import type { Probe } from './container-app';

/** An identity that the code in the container can get tokens for. */
export interface RevisionIdentity extends ManagedIdentity {
  /** Whether it had a right to a storage account's tables when the revision was created. */
  readonly reachesTables: boolean;
}

/** A revision of a Container App, ready to run. */
export interface Revision {
  readonly name: string;
  /** Folder of the pushed bundle. */
  readonly bundle: string;
  /** The injected variables, with the values of secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** The secret values among them, which must never be printed. */
  readonly secrets: readonly string[];
  readonly identities: readonly RevisionIdentity[];
  /** Number of processes: always the maximum of the app's scale. */
  readonly replicas: number;
  readonly targetPort: number;
  readonly probes: readonly Probe[];
  /** Time to exit after SIGTERM. */
  readonly graceSeconds: number;
}

/** Runs revisions, one at a time behind one address. */
export interface Revisions {
  /**
   * Starts a revision, waits until it is ready, routes traffic to it, and stops the old one.
   * @throws when it does not become ready, with the end of its log, secrets redacted. The old revision then keeps serving
   */
  replace(revision: Revision): Promise<void>;
  stop(): Promise<void>;
}
