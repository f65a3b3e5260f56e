import { setImmediate } from 'node:timers/promises';
import { WATCH_LINES } from '../../contract/watch-lines';
import type { Due } from '../ledger/ledger';
import { openKey } from '../ledger/rows';
import { LedgerUnavailable } from '../ledger/store';
import { evidence } from '../log/logger';
import { BucketAsker } from './ask-bucket';
import { TavusAsker } from './ask-tavus';
import { Daily } from './daily';
import { Lease, TERM_MS } from './lease';
import { Teller } from './tell';
import { Reconciliation } from './reconciliation';
import { settle, visit, type StartVisit, type Visited } from './visit';
import type { WatchContext } from './watch-context';

/** Three ticks per term, so that one renewal may fail. Each tick runs a round; a round with nothing due costs one read. */
const TICK_MS = TERM_MS / 3;
const ALIVE_MS = 5 * 60_000;

/** Starts that are visited and then alerted together. */
const BATCH = 40;
/** How many of them in parallel. */
const AT_ONCE = 8;

/** After a failed visit a start is skipped for a minute; each further failure doubles the time. */
const BACKOFF_MS = 60_000;
const LONGEST_BACKOFF_MS = 3_600_000;

export interface WatchOptions extends Omit<WatchContext, 'lookNow' | 'now' | 'unknownTypes'> {
  /** Monotonic milliseconds. @default this process's */
  readonly monotonicMs?: () => number;
}

interface Failing {
  readonly failures: number;
  /** Epoch ms. */
  readonly untilMs: number;
}

/**
 * Watches all starts until each is over: completes work that a crash interrupted, finds missing recordings, and alerts with
 * the cause. Runs on the replica that holds the lease.
 */
export class Watch {
  private readonly lease: Lease;
  private readonly monotonicMs: () => number;
  private readonly context: WatchContext;
  private readonly tavusAsker: TavusAsker;
  private readonly bucketAsker: BucketAsker;
  private readonly teller: Teller;
  private readonly daily: Daily;
  private readonly reconciliation: Reconciliation;
  private readonly failing = new Map<string, Failing>();
  /** Starts being visited, and the rows of those to visit again afterwards. */
  private readonly busy = new Set<string>();
  private readonly again = new Map<string, Set<string>>();
  private readonly working = new Set<Promise<unknown>>();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private isInRound = false;
  /** Why the last round failed: logged once until a round succeeds. */
  private failure: 'ledger' | 'other' | undefined;
  /** Monotonic. */
  private nextAliveMs = -Infinity;
  /** Counted since the last heartbeat line. */
  private counts = { rounds: 0, visits: 0, failed: 0, told: 0 };

  constructor(options: WatchOptions) {
    const { monotonicMs = () => performance.now(), clock, ledger } = options;
    this.context = {
      ...options,
      now: () => clock.now(),
      unknownTypes: 0,
      // The watch needs no visit for facts that it writes itself.
      lookNow: () => Promise.resolve(),
    };
    this.monotonicMs = monotonicMs;
    this.lease = new Lease(ledger.store, monotonicMs);
    this.tavusAsker = new TavusAsker(this.context);
    this.bucketAsker = new BucketAsker(this.context);
    this.teller = new Teller(this.context);
    this.daily = new Daily(this.context, () => this.shouldContinue);
    this.reconciliation = new Reconciliation(this.context, () => this.shouldContinue);
  }

  /** Runs until {@link stop}. */
  start(): void {
    const beat = (): void => void this.track(this.tick());
    this.timer = setInterval(beat, TICK_MS).unref();
    beat();
  }

  /** Finishes visits in progress and lets another replica take over. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    while (this.working.size > 0) await Promise.all(this.working);
    await this.lease.release().catch(() => undefined);
  }

  /**
   * Visits a start as soon as possible: here if this process holds the lease, else in the next round of the holder. Never
   * rejects: if the ledger is unavailable, the start is visited at its scheduled time.
   */
  async lookNow(startId: string): Promise<void> {
    const { clock, ledger } = this.context;
    const nowMs = clock.now();
    try {
      await ledger.lookAt(startId, nowMs);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      return;
    }
    if (this.shouldContinue) void this.track(this.visitNow(startId, [openKey(nowMs, startId)]));
  }

  /** Renews the lease and, if held, runs a round. Never rejects. */
  async tick(): Promise<void> {
    if (this.isStopped) return;
    try {
      const wasHeld = this.lease.isHeld;
      if (!(await this.lease.renew())) return;
      if (!wasHeld) this.context.log.debug('This process watches');
      if (!this.isInRound) await this.round();
      this.failure = undefined;
      // Not after a failed round: a watch that visits nothing must not report that it is alive.
      this.sayAlive();
      await this.daily.run();
      await this.reconciliation.run();
    } catch (error) {
      this.sayFailed(error);
    }
  }

  private get shouldContinue(): boolean {
    return !this.isStopped && this.lease.isHeld;
  }

  /** Visits all starts that are due. @throws LedgerUnavailable */
  private async round(): Promise<void> {
    const { clock, ledger } = this.context;
    this.isInRound = true;
    this.tavusAsker.beginRound();
    this.bucketAsker.beginRound();
    try {
      for await (const due of ledger.due(clock.now())) {
        const visits = this.visitsOf(due);
        for (let from = 0; from < visits.length; from += BATCH) {
          if (!this.shouldContinue) return;
          await this.look(visits.slice(from, from + BATCH));
        }
      }
      this.counts.rounds += 1;
    } finally {
      this.isInRound = false;
    }
  }

  /** Each start once, without those that are skipped after a failure. */
  private visitsOf(due: readonly Due[]): readonly StartVisit[] {
    const now = this.context.clock.now();
    const keys = new Map<string, string[]>();
    for (const { startId, key } of due) {
      const known = keys.get(startId);
      if (known === undefined) keys.set(startId, [key]);
      else known.push(key);
    }
    return [...keys]
      .filter(([startId]) => (this.failing.get(startId)?.untilMs ?? 0) <= now)
      .map(([startId, own]) => ({ startId, keys: own }));
  }

  private async visitNow(startId: string, keys: readonly string[]): Promise<void> {
    if (this.busy.has(startId)) {
      this.again.set(startId, new Set([...(this.again.get(startId) ?? []), ...keys]));
      return;
    }
    await this.look([{ startId, keys }]).catch((error: unknown) => this.sayFailed(error));
  }

  /** Visits some starts, sends alerts, and records that it did. */
  private async look(visits: readonly StartVisit[]): Promise<void> {
    const free = visits.filter(({ startId }) => !this.busy.has(startId));
    for (const { startId } of free) this.busy.add(startId);
    try {
      const visited: Visited[] = [];
      for (let from = 0; from < free.length; from += AT_ONCE) {
        const found = await Promise.all(free.slice(from, from + AT_ONCE).map((one) => this.visitOne(one)));
        visited.push(...found.filter((one) => one !== undefined));
        // Yields to other work: with a local ledger nothing above waits.
        await setImmediate();
      }
      const notices = visited.flatMap(({ startNotice }) => startNotice ?? []);
      const told = new Set(this.teller.tell(notices));
      this.counts.told += told.size;
      // A start whose alert could not be written stays due.
      const done = visited.filter(({ startNotice }) => startNotice === undefined || told.has(startNotice));
      await Promise.all(done.map((one) => this.guarded(one.startId, () => settle(this.context, one))));
    } finally {
      for (const { startId } of free) this.busy.delete(startId);
    }
    for (const { startId } of free) {
      const keys = this.again.get(startId);
      this.again.delete(startId);
      if (keys !== undefined && !this.isStopped) void this.track(this.visitNow(startId, [...keys]));
    }
  }

  private async visitOne(one: StartVisit): Promise<Visited | undefined> {
    this.counts.visits += 1;
    return this.guarded(one.startId, async () => {
      const { context, tavusAsker, bucketAsker } = this;
      const visited = await visit({ ...context, tavusAsker, bucketAsker }, one);
      this.failing.delete(one.startId);
      return visited;
    });
  }

  /** A failing start must not block others. */
  private async guarded<T>(startId: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.counts.failed += 1;
      if (error instanceof LedgerUnavailable) this.sayFailed(error);
      else this.fail(startId, error);
      return undefined;
    }
  }

  private fail(startId: string, error: unknown): void {
    const failures = (this.failing.get(startId)?.failures ?? 0) + 1;
    const pauseMs = Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** (failures - 1));
    this.failing.set(startId, { failures, untilMs: this.context.clock.now() + pauseMs });
    this.context.log.error({ start_id: startId, failures, err: error }, 'Start could not be looked at');
  }

  private sayFailed(error: unknown): void {
    const failure = error instanceof LedgerUnavailable ? 'ledger' : 'other';
    if (failure === this.failure) return;
    this.failure = failure;
    // `warn` only: while the ledger stays unavailable, the missing heartbeat line raises the alert.
    this.context.log[failure === 'ledger' ? 'warn' : 'error'](
      { err: error },
      'Watch failed: what is due is looked at later',
    );
  }

  /** Logs the heartbeat line; an alert fires when it is missing. */
  private sayAlive(): void {
    const now = this.monotonicMs();
    if (now < this.nextAliveMs) return;
    this.nextAliveMs = now + ALIVE_MS;
    const { counts } = this;
    this.counts = { rounds: 0, visits: 0, failed: 0, told: 0 };
    evidence(this.context.log).info(counts, WATCH_LINES.alive);
  }

  private track<T>(work: Promise<T>): Promise<T> {
    const settled = work.catch(() => undefined).finally(() => this.working.delete(settled));
    this.working.add(settled);
    return work;
  }
}
