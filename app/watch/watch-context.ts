import type { CallbackDependencies } from '../callbacks/take-in';
import type { Clock } from '../clock';
import type { LineSink } from '../log/line-sink';
import type { Log } from '../log/logger';
import type { MonitoredBucket } from '../recordings/open-bucket';
import type { TavusClient } from '../tavus/client';

/** Dependencies of the watch. */
export interface WatchContext extends CallbackDependencies {
  readonly tavus: TavusClient;
  /** Undefined: the backend does not read the bucket and relies on Tavus's callbacks. */
  readonly recordings: MonitoredBucket | undefined;
  readonly clock: Clock;
  /** Whether the ledger outlives this process. */
  readonly ledgerLasts: boolean;
  readonly log: Log;
  readonly lines: LineSink;
  /** RECORDING_DEADLINE_MIN. */
  readonly deadlineMin: number;
  /** LEDGER_RETENTION_DAYS. */
  readonly retentionDays: number;
  /** PROOF_MAX_AGE_DAYS. */
  readonly proofMaxAgeDays: number;
  /** RECEIPT_RETENTION_DAYS. */
  readonly receiptDays: number;
}
