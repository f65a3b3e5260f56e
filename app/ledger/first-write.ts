import type { Clock } from '../clock';
import type { Log } from '../log/logger';
import { FIRST_WRITE, FIRST_WRITE_KEY } from './rows';
import { LedgerUnavailable, type Store } from './store';

/**
 * A role assignment takes minutes to propagate (documented, read 2026-11-28). After that, starts are refused with the
 * error.
 */
const WAIT_MS = 600_000;
const AGAIN_MS = 5_000;

/**
 * Whether the ledger has accepted a write of this process. Until then the process is not ready, so that the platform routes
 * requests to the previous revision, which can still start conversations.
 */
export class FirstWrite {
  private isOver = false;
  private readonly stopped = new AbortController();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Also true after waiting without success. */
  get isDone(): boolean {
    return this.isOver;
  }

  async start(): Promise<void> {
    try {
      await this.write();
    } finally {
      this.isOver = true;
    }
  }

  stop(): void {
    this.stopped.abort();
  }

  private async write(): Promise<void> {
    const untilMs = this.clock.now() + WAIT_MS;
    for (let tries = 1; !this.stopped.signal.aborted; tries += 1) {
      try {
        // A conflict means that an earlier write succeeded, so we have the permission.
        await this.store.write(FIRST_WRITE, [{ kind: 'insert', key: FIRST_WRITE_KEY, value: {} }]);
        return;
      } catch (error) {
        if (!(error instanceof LedgerUnavailable)) throw error;
        if (tries === 1) this.log.warn({ err: error }, 'The ledger takes no writes yet');
        if (this.clock.now() + AGAIN_MS > untilMs) {
          this.log.error({ err: error }, 'The ledger takes no writes: recorded starts are refused');
          return;
        }
      }
      await this.clock.sleep(AGAIN_MS, this.stopped.signal);
    }
  }
}
