import type { StartFacts } from '../callbacks/take-in';
import { factOf, type Fact } from '../ledger/facts';
import { lookInto } from '../recordings/look';
import type { BucketEvidence } from './causes';
import type { WatchContext } from './watch-context';

/** After this many failures in a row the bucket is not asked again in this round. */
const MOST_FAILURES = 3;

type Unreadable = Extract<BucketEvidence, { kind: 'unreadable' }>;

/** Checks the bucket for the recordings of a start and records the results as facts. */
export class BucketAsker {
  private failures = 0;
  private last: Unreadable | undefined;

  constructor(private readonly context: WatchContext) {}

  /** The bucket may be readable again. */
  beginRound(): void {
    this.failures = 0;
  }

  /**
   * Evidence before the check: whether the bucket can be checked. The bucket at the start counts, not the configured one.
   */
  before(facts: readonly Fact[]): BucketEvidence {
    const { bucket, recordings } = this.context;
    const name = factOf(facts, 'expected')?.storage?.bucket ?? bucket;
    return { kind: recordings !== undefined && name === bucket ? 'not-looked' : 'none' };
  }

  async ask({ startId, facts }: StartFacts, conversationId: string): Promise<BucketEvidence> {
    const { ledger, now, recordings } = this.context;
    if (recordings === undefined) return { kind: 'none' };
    if (this.last !== undefined && this.failures >= MOST_FAILURES) return this.last;
    const look = await lookInto(recordings, { conversationId, facts, nowMs: now() });
    if (look.kind === 'unreadable') {
      this.failures += 1;
      this.last = look;
      return look;
    }
    this.failures = 0;
    for (const fact of look.facts) await ledger.add(startId, fact);
    return { kind: 'read', uploads: look.uploads, unexplained: look.unexplained };
  }
}
