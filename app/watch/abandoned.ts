import { factsOf, type Fact } from '../ledger/facts';
import { findConversation, endUnused } from '../tavus/orphan';
import type { WatchContext } from './watch-context';

/** Time limits for the list of conversations and for each of its pages. */
const LIST_MS = 60_000;
const PAGE_MS = 15_000;

/**
 * Finds and ends the conversation that an abandoned start may have created: it is billed, and no caller has its address.
 * @returns false: try again later
 */
export async function endAbandoned(
  context: WatchContext,
  startId: string,
  facts: readonly Fact[],
): Promise<boolean> {
  // The start itself has ended it.
  if (factsOf(facts, 'page').some(({ event }) => event === 'ended')) return true;
  const { clock, log, slots, tavus } = context;
  const untilMs = clock.now() + LIST_MS;
  const leftMs = (): number => Math.min(PAGE_MS, untilMs - clock.now());
  const active = await findConversation(tavus, startId, 'active', leftMs);
  if (active === 'unreadable') return false;
  if (active.id !== undefined) {
    const { kind } = await endUnused(tavus, active.id, clock);
    log.warn(
      { start_id: startId, conversation_id: active.id, conversation: kind },
      'Abandoned start looked for',
    );
    if (kind !== 'ended') return false;
    await slots.free(startId);
    return true;
  }
  const ended = await findConversation(tavus, startId, 'ended', leftMs);
  if (ended === 'unreadable') return false;
  const found = ended.id === undefined ? 'not-found' : 'over';
  log.warn(
    { start_id: startId, conversation_id: ended.id, conversation: found },
    'Abandoned start looked for',
  );
  await slots.free(startId);
  return true;
}
