import { inOrder } from './fact-words';
import type { Fact } from './facts';
import { isLedgerKey } from './keys';
import type { Ledger } from './ledger';
import { summaryOf, type Summary } from './summary';

/** A start with its facts and summary. */
export interface StartDetails {
  readonly summary: Summary;
  /** Sorted by time. */
  readonly facts: readonly Fact[];
}

/** Finds a start by the id of its conversation or by its own id. */
export async function lookUpStart(ledger: Ledger, id: string): Promise<StartDetails | undefined> {
  if (!isLedgerKey(id)) return undefined;
  const startId = (await ledger.startOf(id)) ?? id;
  const facts = inOrder(await ledger.facts(startId));
  const summary = summaryOf(startId, facts);
  return summary === undefined ? undefined : { summary, facts };
}
