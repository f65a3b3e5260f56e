import { WATCH_LINES } from '../../contract/watch-lines';
import type { StartFacts } from '../callbacks/take-in';
import { erasureOf, LISTED_MS, type Erasure } from '../ledger/erasure';
import { factsOf, type Fact } from '../ledger/facts';
import { receiptsOf, sha256 } from '../ledger/receipts';
import { evidence } from '../log/logger';
import type { BucketAsker } from './ask-bucket';
import type { WatchContext } from './watch-context';

/** Listings each hour while the vendor can still write, then each day, in case something is restored. */
const SOON_MS = 3_600_000;
const LATER_MS = 24 * 3_600_000;

export interface ErasedDependencies extends WatchContext {
  readonly bucketAsker: BucketAsker;
}

/** An erased start after its check. */
export interface LookedAtErased {
  readonly facts: readonly Fact[];
  /** Time of the next listing, epoch ms; undefined: no further one. */
  readonly nextMs: number | undefined;
}

/**
 * Lists the erased folder again and alerts when the erasure can be finished. Records objects found as facts, for the
 * judgement.
 *
 * @returns undefined when the start has no erasure
 */
export async function lookAtErased(
  context: ErasedDependencies,
  { startId, facts }: StartFacts,
  conversationId: string,
): Promise<LookedAtErased | undefined> {
  const erasure = erasureOf(facts);
  if (erasure === undefined) return undefined;
  const { bucketAsker, ledger, now } = context;
  if (erasure.emptyMs.length > 0 && bucketAsker.before(facts).kind === 'not-looked') {
    const look = await bucketAsker.ask({ startId, facts }, conversationId);
    if (look.kind === 'read') await noteOddKeys(context, { startId, facts }, look.unexplained, erasure);
  }
  if (erasure.finalMs === undefined && now() >= erasure.finishMs) {
    await tellOnce(context, startId, 'finish-due', () =>
      evidence(context.log).warn(
        {
          start_id: startId,
          conversation_id: conversationId,
          command: `npx recordings erase ${conversationId} --finish`,
        },
        WATCH_LINES.finishDue,
      ),
    );
  }
  return { facts: await ledger.facts(startId), nextMs: nextListing(erasure, now()) };
}

function nextListing({ finishMs, finalMs, lastMs }: Erasure, nowMs: number): number | undefined {
  const untilMs = lastMs + LISTED_MS;
  if (nowMs >= untilMs) return undefined;
  const nextMs =
    nowMs < finishMs
      ? Math.min(nowMs + SOON_MS, finishMs)
      : nowMs + (finalMs === undefined ? SOON_MS : LATER_MS);
  return Math.min(nextMs, untilMs);
}

/** Records keys that are not recordings, as hashes: such a key may contain personal data. */
async function noteOddKeys(
  { ledger, now }: WatchContext,
  { startId, facts }: StartFacts,
  keys: readonly string[],
  { lastMs }: Erasure,
): Promise<void> {
  for (const key of keys) {
    const odd = key.replace(/[^/]*$/, '') + `sha256-${sha256(key)}`;
    const isKnown = factsOf(facts, 'seen').some((one) => one.key === odd && one.at > lastMs);
    if (!isKnown) await ledger.add(startId, { kind: 'seen', at: now(), key: odd, found: 'not-playable' });
  }
}

/** Logs the digest of each new receipt of a start, so that a later change of the receipt is detectable. */
export async function tellReceipts(
  context: WatchContext,
  { startId, facts }: StartFacts,
  id: string,
): Promise<void> {
  if (factsOf(facts, 'erased').length === 0 && factsOf(facts, 'held').length === 0) return;
  for (const { of, revision, sha256: digest } of await receiptsOf(context.ledger.store, id)) {
    await tellOnce(context, startId, `receipt-${digest}`, () =>
      evidence(context.log).info(
        { start_id: startId, id, receipt: of, revision, sha256: digest },
        WATCH_LINES.receipt,
      ),
    );
  }
}

async function tellOnce(
  { ledger, lines, now }: WatchContext,
  startId: string,
  of: string,
  log: () => void,
): Promise<void> {
  const facts = await ledger.facts(startId);
  if (factsOf(facts, 'noticed').some((one) => one.of === of)) return;
  if (lines.wasWritten(log)) await ledger.add(startId, { kind: 'noticed', at: now(), of });
}
