import type { ReceiverDependencies } from '../callbacks/receive';
import type { StartDependencies } from '../conversations/start';
import type { InFlight } from '../http/in-flight';
import type { RateLimits } from '../http/limits';
import type { FirstWrite } from '../ledger/first-write';
import type { MonitoredBucket } from '../recordings/open-bucket';
import type { SignInWatch } from '../security/sign-in';
import type { Watch } from '../watch/watch';

/** Dependencies of the routes; one per process. */
export interface AppContext extends StartDependencies, Omit<ReceiverDependencies, 'slots'> {
  /** Undefined: no limits. */
  readonly limits: RateLimits | undefined;
  /** Undefined without EASY_AUTH. */
  readonly signIn: SignInWatch | undefined;
  /** Undefined when the ledger is on this machine or recording is off. */
  readonly firstWrite: FirstWrite | undefined;
  /** Undefined: the backend does not read the bucket. */
  readonly recordings: MonitoredBucket | undefined;
  readonly watch: Watch;
  readonly inFlight: InFlight;
  /** Aborted at SIGTERM. */
  readonly shutdown: AbortSignal;
}
