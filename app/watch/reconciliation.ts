import { WATCH_LINES } from '../../contract/watch-lines';
import type { Ledger } from '../ledger/ledger';
import { RECONCILED_KEY, WATCH } from '../ledger/rows';
import { LedgerUnavailable } from '../ledger/store';
import { evidence, type Log } from '../log/logger';
import { ListingOutOfOrder } from '../recordings/compare';
import { BucketUnreadable } from '../recordings/bucket';
import { FOREIGN_REASONS, ForeignRows, type KnownForeign } from '../recordings/foreign-rows';
import type { MonitoredBucket } from '../recordings/open-bucket';
import { mostAlerts, reconcile, type Reconciled } from '../recordings/reconcile';
import type { TellerDependencies } from './tell';

/** Time of day (UTC) with few calls in most regions. */
const FROM_MS = 3 * 3_600_000;
const AGAIN_MS = 3_600_000;
const MOST_EXAMPLES = 20;

const RUNBOOK = 'docs/runbook.md#foreign-objects';

export interface ReconciliationContext extends TellerDependencies {
  readonly ledger: Ledger;
  /** Name of the bucket. */
  readonly bucket: string | undefined;
  /** Undefined: the backend does not read the bucket. */
  readonly recordings: MonitoredBucket | undefined;
  /** Whether the ledger outlives this process. Otherwise all earlier recordings would count as foreign. */
  readonly ledgerLasts: boolean;
}

/** Compares the whole bucket with the ledger once a day and alerts about foreign objects. Visits alert about recordings. */
export class Reconciliation {
  private doneDay = '';
  private isRunning = false;
  /** Epoch ms. */
  private notBeforeMs = -Infinity;
  /** Since when it fails; undefined after a success. */
  private failingSinceMs: number | undefined;

  /** @param shouldContinue whether this process still watches */
  constructor(
    private readonly context: ReconciliationContext,
    private readonly shouldContinue: () => boolean,
  ) {}

  /** Does nothing if this or another process has already done it today. @throws LedgerUnavailable */
  async run(): Promise<void> {
    const { bucket, ledgerLasts, now, recordings } = this.context;
    if (bucket === undefined || recordings === undefined || !ledgerLasts) return;
    const day = new Date(now() - FROM_MS).toISOString().slice(0, 10);
    if (this.isRunning || this.doneDay >= day || now() < this.notBeforeMs) return;
    this.isRunning = true;
    try {
      await this.runFor(day, recordings, bucket);
      this.failingSinceMs = undefined;
    } catch (error) {
      this.notBeforeMs = now() + AGAIN_MS;
      if (error instanceof LedgerUnavailable) throw error;
      this.sayFailed(error);
    } finally {
      this.isRunning = false;
    }
  }

  private async runFor(day: string, bucket: MonitoredBucket, bucketName: string): Promise<void> {
    const { ledger, lines, log, now } = this.context;
    const row = await ledger.store.get(WATCH, RECONCILED_KEY);
    const done = row?.value['day'];
    if (typeof done === 'string' && done >= day) {
      this.doneDay = done;
      return;
    }
    const reconciled = await reconcile({
      ledger,
      bucket,
      bucketName,
      now,
      shouldContinue: this.shouldContinue,
    });
    if (reconciled === undefined || !(await this.tellForeign(reconciled.objects))) return;
    if (!lines.wasWritten(() => evidence(log).info(figuresOf(bucketName, reconciled), WATCH_LINES.compared)))
      return;
    const value = { key: RECONCILED_KEY, value: { day } };
    await ledger.store.write(WATCH, [
      row === undefined ? { kind: 'insert', ...value } : { kind: 'replace', ...value, etag: row.etag },
    ]);
    this.doneDay = day;
  }

  /** Logs the first of several failures. */
  private sayFailed(error: unknown): void {
    if (this.failingSinceMs !== undefined) return;
    this.failingSinceMs = this.context.now();
    const isBucket = error instanceof BucketUnreadable || error instanceof ListingOutOfOrder;
    this.context.log.error(
      { err: error, ...(isBucket && { why: 'An incomplete listing proves nothing.' }) },
      WATCH_LINES.notCompared,
    );
  }

  /** Alerts about foreign objects and then records it. @returns false when it was stopped or a line could not be written */
  private async tellForeign(objects: number): Promise<boolean> {
    const rows = await ForeignRows.read(this.context.ledger.store);
    const most = mostAlerts(objects);
    const untold: KnownForeign[] = [];
    let count = 0;
    for await (const some of rows.all()) {
      for (const one of some.filter(isUntold)) {
        count += 1;
        if (untold.length < most) untold.push(one);
      }
    }
    const { log, lines } = this.context;
    if (count <= most) {
      const told = untold.filter((one) => lines.wasWritten(() => tellOne(log, one)));
      await rows.change(told, { toldMs: this.context.now() });
      return told.length === count;
    }
    if (!lines.wasWritten(() => tellMany(log, count, untold))) return false;
    for await (const some of rows.all()) {
      if (!this.shouldContinue()) return false;
      await rows.change(some.filter(isUntold), { toldMs: this.context.now() });
    }
    return true;
  }
}

const isUntold = ({ acknowledgedMs, toldMs }: KnownForeign): boolean =>
  acknowledgedMs === undefined && toldMs === undefined;

function tellOne(log: Log, { key, kind, bytes, modifiedMs }: KnownForeign): void {
  const object = { key, bytes, modified: new Date(modifiedMs).toISOString(), reason: FOREIGN_REASONS[kind] };
  if (kind === 'probe') evidence(log).info(object, WATCH_LINES.probe);
  else evidence(log).error({ ...object, runbook: RUNBOOK }, WATCH_LINES.foreign);
}

function tellMany(log: Log, count: number, some: readonly KnownForeign[]): void {
  evidence(log).error(
    {
      count,
      examples: some.slice(0, MOST_EXAMPLES).map(({ key }) => key),
      reason:
        'So many at once have a common cause: another ledger, another writer, or a bucket that was in use before.',
      runbook: RUNBOOK,
    },
    WATCH_LINES.foreignMany,
  );
}

/** Number of objects and findings of each kind. */
function figuresOf(bucket: string, { findings, unexplained, ...counts }: Reconciled): object {
  const count = (what: string): number => findings.filter((one) => one.what === what).length;
  return {
    bucket,
    objects: counts.objects,
    recordings: counts.recordings,
    conversations: counts.conversations,
    new_foreign: counts.newForeign,
    unexplained: unexplained.count,
    ...(unexplained.count > 0 && { unexplained_examples: unexplained.first }),
    adopted: count('adopted'),
    gone: count('gone'),
    lost: count('lost'),
    expired: count('expired'),
    seen: count('seen'),
    young: counts.young,
    left: counts.left,
  };
}
