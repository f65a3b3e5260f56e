import { WATCH_LINES } from '../../contract/watch-lines';
import type { KnownStart } from '../callbacks/take-in';
import { erasureOf, LISTED_MS, type Erasure } from '../ledger/erasure';
import { factsOf, type Fact } from '../ledger/facts';
import { receiptsOf, sha256 } from '../ledger/receipts';
import { evidence } from '../log/logger';
import type { BucketAsker } from './ask-bucket';
import type { WatchContext } from './watch-context';

/** The vendor can still write: a listing each hour. After that something may be restored: one each day. */
const SOON_MS = 3_600_000;
const LATER_MS = 24 * 3_600_000;

export interface ErasedDependencies extends WatchContext {
  readonly bucketAsker: BucketAsker;
}

/** What is known of an erased start, once it was looked at. */
export interface LookedAtErased {
  readonly facts: readonly Fact[];
  /** Epoch ms; undefined: it was listed for long enough. */
  readonly nextMs: number | undefined;
}

/**
 * Lists what an erasure emptied, and tells when it can be finished. Something that is there becomes a fact, of which the
 * judgement tells.
 *
 * @returns undefined: nothing of this start was erased
 */
export async function lookAtErased(
  context: ErasedDependencies,
  { startId, facts }: KnownStart,
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

/** Keys that are no recordings are seen, too; what they say stays out of the ledger. */
async function noteOddKeys(
  { ledger, now }: WatchContext,
  { startId, facts }: KnownStart,
  keys: readonly string[],
  { lastMs }: Erasure,
): Promise<void> {
  for (const key of keys) {
    const odd = key.replace(/[^/]*$/, '') + `sha256-${sha256(key)}`;
    const isKnown = factsOf(facts, 'seen').some((one) => one.key === odd && one.at > lastMs);
    if (!isKnown) await ledger.add(startId, { kind: 'seen', at: now(), key: odd, found: 'not-playable' });
  }
}

/** Tells of each receipt of a start by its digest, when it is first seen: what is rewritten later has another one. */
export async function tellReceipts(
  context: WatchContext,
  { startId, facts }: KnownStart,
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
