import { takeIn, type StartFacts } from '../callbacks/take-in';
import { readTavusLog } from '../callbacks/tavus-log';
import type { Exchange } from '../tavus/exchange';
import type { TavusLook } from './causes';
import type { WatchContext } from './watch-context';

/** After this many failures in a row Tavus counts as unavailable and is not asked again in this round. */
const MOST_FAILURES = 3;

/** Tavus answers 400 for an unknown id (API reference, read 2026-11-22). */
const isUnknown = (exchange: Exchange): boolean =>
  exchange.kind === 'answered' && (exchange.status === 400 || exchange.status === 404);

/** Asks Tavus about conversations and stores the callbacks in its log. */
export class TavusAsker {
  private failures = 0;
  /** Since when Tavus gives no readable answer, epoch ms. */
  private unreadableMs: number | undefined;

  constructor(private readonly context: WatchContext) {}

  /** Tavus may be available again. */
  beginRound(): void {
    this.failures = 0;
  }

  async ask(start: StartFacts, conversationId: string): Promise<TavusLook> {
    const { context } = this;
    if (this.failures >= MOST_FAILURES) return this.unreadable();
    const reading = await readTavusLog(context.tavus, conversationId);
    if (reading.kind === 'not-read' && !isUnknown(reading.exchange)) {
      this.failures += 1;
      return this.unreadable();
    }
    this.failures = 0;
    this.unreadableMs = undefined;
    if (reading.kind === 'not-read') return { kind: 'unknown' };
    const { answer, payloads } = reading;
    const { startId } = start;
    let { facts } = start;
    for (const payload of payloads) {
      facts = await takeIn(context, { startId, facts }, payload, { via: 'read', log: context.log });
    }
    return { kind: 'read', isActive: answer.status === 'active', events: payloads.length };
  }

  private unreadable(): TavusLook {
    this.unreadableMs ??= this.context.now();
    return { kind: 'unreadable', sinceMs: this.unreadableMs };
  }
}
