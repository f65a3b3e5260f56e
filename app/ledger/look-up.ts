import { inOrder } from './fact-words';
import type { Fact } from './facts';
import { isLedgerKey } from './keys';
import type { Ledger } from './ledger';
import { summaryOf, type Summary } from './summary';

/** All that is known of a start. */
export interface KnownStart {
  readonly summary: Summary;
  /** As they happened. */
  readonly facts: readonly Fact[];
}

/** Finds a start by the id of its conversation, or else by its own. */
export async function lookUpStart(ledger: Ledger, id: string): Promise<KnownStart | undefined> {
  if (!isLedgerKey(id)) return undefined;
  const startId = (await ledger.startOf(id)) ?? id;
  const facts = inOrder(await ledger.facts(startId));
  const summary = summaryOf(startId, facts);
  return summary === undefined ? undefined : { summary, facts };
}
