import { Ledger } from '../../../app/ledger/ledger';
import { Slots } from '../../../app/ledger/slots';
import type { Store } from '../../../app/ledger/store';
import { LineSink } from '../../../app/log/line-sink';
import { createLogger } from '../../../app/log/logger';
import type { MonitoredBucket } from '../../../app/recordings/open-bucket';
import { readConfig } from '../../../app/config';
import { tavusClient } from '../../../app/tavus/client';
import { Watch } from '../../../app/watch/watch';
import { LogMemory, ON, type TestClock } from '../helpers';
import type { FakeTavus } from './fake-tavus';

export const TERM_MS = 30_000;

/** One watching process, whose clocks the test controls. */
export interface WatchingProcess {
  readonly watch: Watch;
  readonly log: LogMemory;
  /** Advances the clocks by this number of seconds, then runs the due work. */
  after(seconds: number): Promise<void>;
}

export interface ProcessOptions {
  readonly store: Store;
  readonly tavus: FakeTavus;
  readonly clock: TestClock;
  readonly recordings?: MonitoredBucket | undefined;
  readonly log?: LogMemory;
  readonly level?: string;
  /** Whether the bucket is compared with the ledger once a day. @default false */
  readonly ledgerLasts?: boolean;
}

/** The wall clock is also the monotonic clock: no test of this kind sets it back. */
export function watching({
  store,
  tavus,
  clock,
  recordings,
  log = new LogMemory(),
  level = 'debug',
  ledgerLasts = false,
}: ProcessOptions): WatchingProcess {
  const config = readConfig({ TAVUS_API_BASE_URL: 'https://tavus.example/v2', ...ON, LOG_LEVEL: level });
  const lines = new LineSink(log);
  const watch = new Watch({
    ledger: new Ledger(store),
    slots: new Slots(store, 3, clock),
    bucket: config.recording?.bucket,
    recordings,
    ledgerLasts,
    tavus: tavusClient(config.tavus, { dispatcher: tavus.sender }),
    clock,
    log: createLogger(config, lines),
    lines,
    ...config.watch,
    monotonicMs: () => clock.now(),
  });
  return {
    watch,
    log,
    async after(seconds) {
      clock.advance(seconds * 1000);
      await watch.tick();
    },
  };
}
