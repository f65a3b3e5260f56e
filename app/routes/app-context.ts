import type { StartDependencies } from '../conversations/start';
import type { InFlight } from '../http/in-flight';
import type { Limits } from '../http/limits';

/** What the routes share: one per process. */
export interface AppContext extends StartDependencies {
  /** Undefined: nobody is limited. */
  readonly limits: Limits | undefined;
  readonly inFlight: InFlight;
  /** Aborted from SIGTERM on. */
  readonly shutdown: AbortSignal;
}
