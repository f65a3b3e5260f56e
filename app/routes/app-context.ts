import type { ReceiverDependencies } from '../callbacks/receive';
import type { StartDependencies } from '../conversations/start';
import type { InFlight } from '../http/in-flight';
import type { Limits } from '../http/limits';
import type { FirstWrite } from '../ledger/first-write';
import type { LookableBucket } from '../recordings/open-bucket';
import type { SignInWatch } from '../security/sign-in';
import type { Watch } from '../watch/watch';

/** What the routes share: one per process. */
export interface AppContext extends StartDependencies, Omit<ReceiverDependencies, 'slots'> {
  /** Undefined: nobody is limited. */
  readonly limits: Limits | undefined;
  /** Undefined: nobody signs in. */
  readonly signIn: SignInWatch | undefined;
  /** Undefined: the ledger is on this machine, or nothing is recorded. */
  readonly firstWrite: FirstWrite | undefined;
  /** The bucket, read. Undefined: it is not. */
  readonly recordings: LookableBucket | undefined;
  readonly watch: Watch;
  readonly inFlight: InFlight;
  /** Aborted from SIGTERM on. */
  readonly shutdown: AbortSignal;
}
