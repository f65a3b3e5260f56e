import type { Fact } from '../../app/ledger/facts';
import { isLedgerKey } from '../../app/ledger/keys';
import type { Ledger } from '../../app/ledger/ledger';
import { formatValue, problem } from '../../contract/problem';

export interface FoundStart {
  readonly startId: string;
  readonly facts: readonly Fact[];
}

/** A start by the id of its conversation, or else by its own. Undefined: nothing is known of it. */
export async function findStartById(ledger: Ledger, id: string): Promise<FoundStart | undefined> {
  if (!isLedgerKey(id)) return undefined;
  const startId = (await ledger.startOf(id)) ?? id;
  const facts = await ledger.facts(startId);
  return facts.length === 0 ? undefined : { startId, facts };
}

/** @param where the ledger, as an error calls it */
export const unknownId = (id: string, where: string): string =>
  problem({
    name: 'id',
    wrong: `nothing is known of it in ${where}`,
    got: formatValue(id),
    why: 'It is neither a conversation of this backend nor one of its starts.',
    fix: "Copy it from `conversation_id` or `start_id` in the log, or from `npx recordings list`; if it is there, compare LEDGER_URL with the backend's, or run `npx recordings repair`.",
  });
