import { setImmediate } from 'node:timers/promises';
import { WATCH_LINES } from '../../contract/watch-lines';
import { factOf, factsOf, TAVUS_EVENTS, type Fact } from '../ledger/facts';
import { isHeld } from '../ledger/holds';
import { forgetReceipts } from '../ledger/receipts';
import { stateOf, STATES, type LedgerState } from '../ledger/states';
import { DAY_KEY, WATCH } from '../ledger/rows';
import { evidence } from '../log/logger';
import { tellOverdueProof } from './proofs';
import type { WatchContext } from './watch-context';

const DAY_MS = 86_400_000;

/** Delay after midnight (UTC), so that the deadlines of the previous day's last recordings have passed. */
const SETTLED_MS = 3 * 3_600_000;

/** How long the ledger keeps a start after the bucket has deleted its recording. */
const AFTER_BUCKET_DAYS = 30;

/** Starts to read before yielding to other work. */
const AT_ONCE = 50;

/** Daily work: logs the statistics of the previous day and deletes expired entries. */
export class Daily {
  private doneDay = '';
  private isRunning = false;

  /** @param shouldContinue whether this process still watches */
  constructor(
    private readonly context: WatchContext,
    private readonly shouldContinue: () => boolean,
  ) {}

  /** Does nothing if this or another process has done the day's work. @throws LedgerUnavailable */
  async run(): Promise<void> {
    const dayMs = this.context.now() - SETTLED_MS - DAY_MS;
    const day = new Date(dayMs).toISOString().slice(0, 10);
    if (this.isRunning || this.doneDay >= day) return;
    this.isRunning = true;
    try {
      await this.runFor(day, dayMs);
    } finally {
      this.isRunning = false;
    }
  }

  private async runFor(day: string, dayMs: number): Promise<void> {
    const { store } = this.context.ledger;
    const row = await store.get(WATCH, DAY_KEY);
    const done = row?.value['day'];
    if (typeof done === 'string' && done >= day) {
      this.doneDay = done;
      return;
    }
    if (!(await this.tellFigures(day, dayMs)) || !(await tellOverdueProof(this.context))) return;
    if (!(await this.forgetOld())) return;
    const value = { key: DAY_KEY, value: { day } };
    await store.write(WATCH, [
      row === undefined ? { kind: 'insert', ...value } : { kind: 'replace', ...value, etag: row.etag },
    ]);
    this.doneDay = day;
  }

  /** @returns false when it was stopped or the line could not be written */
  private async tellFigures(day: string, dayMs: number): Promise<boolean> {
    const { ledger, log, lines } = this.context;
    const states = new Map<LedgerState, number>();
    for await (const starts of ledger.startsByDay({ on: dayMs })) {
      for (let from = 0; from < starts.length; from += AT_ONCE) {
        if (!this.shouldContinue()) return false;
        const some = starts.slice(from, from + AT_ONCE);
        for (const facts of await Promise.all(some.map(({ startId }) => ledger.facts(startId)))) {
          // Statistics do not count proofs.
          if (factOf(facts, 'expected')?.proof === true) continue;
          const { state } = stateOf(facts);
          states.set(state, (states.get(state) ?? 0) + 1);
        }
        await setImmediate();
      }
    }
    // A ledger in memory may have lost the day.
    return (
      states.size === 0 ||
      lines.wasWritten(() => evidence(log).info(figuresOf(day, states), WATCH_LINES.figures))
    );
  }

  /** @returns false when it was stopped */
  private async forgetOld(): Promise<boolean> {
    const { ledger, now, receiptDays, retentionDays } = this.context;
    for await (const starts of ledger.startsByDay({ until: now() - retentionDays * DAY_MS })) {
      for (const start of starts) {
        if (!this.shouldContinue()) return false;
        const facts = await ledger.facts(start.startId);
        if (keptUntil(facts, retentionDays) < now()) await ledger.forget(start);
      }
      await setImmediate();
    }
    await forgetReceipts(ledger.store, now() - receiptDays * DAY_MS, () => this.shouldContinue());
    return this.shouldContinue();
  }
}

/** Number of starts per state, and how many due recordings are good or bad. */
function figuresOf(day: string, states: ReadonlyMap<LedgerState, number>): object {
  const count = (isCounted: (state: LedgerState) => boolean): number =>
    [...states].reduce((sum, [state, number]) => sum + (isCounted(state) ? number : 0), 0);
  return {
    day,
    starts: count(() => true),
    good: count((state) => STATES[state].counts === 'good'),
    bad: count((state) => STATES[state].counts === 'bad'),
    states: Object.fromEntries(states),
  };
}

/**
 * Until when the ledger keeps a start, epoch ms: counted from the last fact that shows its recording; never ends during a
 * hold.
 */
export function keptUntil(facts: readonly Fact[], retentionDays: number): number {
  if (isHeld(facts)) return Infinity;
  const { storage } = factOf(facts, 'expected') ?? {};
  const inBucket = (storage?.retentionDays ?? 0) + (storage?.noncurrentDays ?? 0) + AFTER_BUCKET_DAYS;
  const known = [
    ...facts.filter(({ kind }) => kind === 'expected' || kind === 'outcome'),
    ...factsOf(facts, 'callback').filter(({ event }) => event === TAVUS_EVENTS.ready),
    ...factsOf(facts, 'seen').filter(({ found }) => found !== 'nothing'),
    ...factsOf(facts, 'held'),
    ...factsOf(facts, 'erased'),
  ];
  return Math.max(0, ...known.map(({ at }) => at)) + Math.max(retentionDays, inBucket) * DAY_MS;
}
