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
import { settle, visit, type Visit, type Visited } from './visit';
import type { WatchContext } from './watch-context';

/** Three times in a term, so that a renewal may fail. A round with nothing due is one read, so it is made each time. */
const TICK_MS = TERM_MS / 3;
const ALIVE_MS = 5 * 60_000;

/** Starts that are looked at, and then told of, together. */
const BATCH = 40;
/** And how many of them at a time. */
const AT_ONCE = 8;

/** A start that fails is left alone for a minute, then for twice as long each time. */
const BACKOFF_MS = 60_000;
const LONGEST_BACKOFF_MS = 3_600_000;

export interface WatchOptions extends Omit<WatchContext, 'lookNow' | 'now' | 'unknownTypes'> {
  /** Milliseconds that only ever grow. @default those of this process */
  readonly monotonicMs?: () => number;
}

interface Failing {
  readonly failures: number;
  /** Epoch ms. */
  readonly untilMs: number;
}

/**
 * Looks after all starts until each is over: completes what a crash left undone, finds recordings that are missing, and
 * tells of them, with their cause. Of all replicas the holder of the lease does.
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
  /** Starts that are being looked at, and those that have to be once more after that. */
  private readonly busy = new Set<string>();
  private readonly again = new Map<string, Set<string>>();
  private readonly working = new Set<Promise<unknown>>();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private isInRound = false;
  /** What the last round failed by: said once, until one succeeds. */
  private failure: 'ledger' | 'other' | undefined;
  /** By the clock that only grows. */
  private nextAliveMs = -Infinity;
  /** Since the last sign of life. */
  private counts = { rounds: 0, visits: 0, failed: 0, told: 0 };

  constructor(options: WatchOptions) {
    const { monotonicMs = () => performance.now(), clock, ledger } = options;
    this.context = {
      ...options,
      now: () => clock.now(),
      unknownTypes: 0,
      // What the watch itself writes down, it has seen.
      lookNow: () => Promise.resolve(),
    };
    this.monotonicMs = monotonicMs;
    this.lease = new Lease(ledger.store, monotonicMs);
    this.tavusAsker = new TavusAsker(this.context);
    this.bucketAsker = new BucketAsker(this.context);
    this.teller = new Teller(this.context);
    this.daily = new Daily(this.context, () => this.mayGoOn);
    this.reconciliation = new Reconciliation(this.context, () => this.mayGoOn);
  }

  /** From now on, until {@link stop}. */
  start(): void {
    const beat = (): void => void this.track(this.tick());
    this.timer = setInterval(beat, TICK_MS).unref();
    beat();
  }

  /** Finishes what is being looked at, and lets another replica take over. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    while (this.working.size > 0) await Promise.all(this.working);
    await this.lease.release().catch(() => undefined);
  }

  /**
   * Has a start looked at as soon as possible: here, if this process watches, else in the next round of the one that does.
   * Never rejects: with the ledger away it is looked at when it is due anyway.
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
    if (this.mayGoOn) void this.track(this.visitNow(startId, [openKey(nowMs, startId)]));
  }

  /** Renews the lease; looks at what is due, if it is held. Never rejects. */
  async tick(): Promise<void> {
    if (this.isStopped) return;
    try {
      const wasHeld = this.lease.isHeld;
      if (!(await this.lease.renew())) return;
      if (!wasHeld) this.context.log.debug('This process watches');
      if (!this.isInRound) await this.round();
      this.failure = undefined;
      // Not when a round fails: whoever looks at nothing is not alive.
      this.sayAlive();
      await this.daily.run();
      await this.reconciliation.run();
    } catch (error) {
      this.sayFailed(error);
    }
  }

  private get mayGoOn(): boolean {
    return !this.isStopped && this.lease.isHeld;
  }

  /** Looks at everything that is due. @throws LedgerUnavailable */
  private async round(): Promise<void> {
    const { clock, ledger } = this.context;
    this.isInRound = true;
    this.tavusAsker.beginRound();
    this.bucketAsker.beginRound();
    try {
      for await (const due of ledger.due(clock.now())) {
        const visits = this.visitsOf(due);
        for (let from = 0; from < visits.length; from += BATCH) {
          if (!this.mayGoOn) return;
          await this.look(visits.slice(from, from + BATCH));
        }
      }
      this.counts.rounds += 1;
    } finally {
      this.isInRound = false;
    }
  }

  /** Each start once, without those that failed just now. */
  private visitsOf(due: readonly Due[]): readonly Visit[] {
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

  /** Looks at some starts, tells of them, and writes down that it did. */
  private async look(visits: readonly Visit[]): Promise<void> {
    const free = visits.filter(({ startId }) => !this.busy.has(startId));
    for (const { startId } of free) this.busy.add(startId);
    try {
      const visited: Visited[] = [];
      for (let from = 0; from < free.length; from += AT_ONCE) {
        const found = await Promise.all(free.slice(from, from + AT_ONCE).map((one) => this.visitOne(one)));
        visited.push(...found.filter((one) => one !== undefined));
        // With a ledger on this machine nothing of the above waits for anything.
        await setImmediate();
      }
      const tellings = visited.flatMap(({ telling }) => telling ?? []);
      const told = new Set(this.teller.tell(tellings));
      this.counts.told += told.size;
      // Whose line could not be written is due as before.
      const done = visited.filter(({ telling }) => telling === undefined || told.has(telling));
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

  private async visitOne(one: Visit): Promise<Visited | undefined> {
    this.counts.visits += 1;
    return this.guarded(one.startId, async () => {
      const { context, tavusAsker, bucketAsker } = this;
      const visited = await visit({ ...context, tavusAsker, bucketAsker }, one);
      this.failing.delete(one.startId);
      return visited;
    });
  }

  /** A start that fails keeps no other from being looked at. */
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
    // That the ledger stays away is told by the absence of signs of life.
    this.context.log[failure === 'ledger' ? 'warn' : 'error'](
      { err: error },
      'Watch failed: what is due is looked at later',
    );
  }

  /** The line whose absence is an alarm. */
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
