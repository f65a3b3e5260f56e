import type { RecentConversations } from '../conversations/recent';
import type { StartDependencies } from '../conversations/start';
import type { InFlight } from '../http/in-flight';
import type { Limits } from '../http/limits';
import type { SignInWatch } from '../security/sign-in';

/** What the routes share: one per process. */
export interface AppContext extends StartDependencies {
  readonly recent: RecentConversations;
  /** Undefined: nobody is limited. */
  readonly limits: Limits | undefined;
  /** Undefined: nobody signs in. */
  readonly signIn: SignInWatch | undefined;
  readonly inFlight: InFlight;
  /** Aborted from SIGTERM on. */
  readonly shutdown: AbortSignal;
}
