import type { Fact } from '../../app/ledger/facts';
import { isLedgerKey } from '../../app/ledger/keys';
import type { Ledger } from '../../app/ledger/ledger';
import { formatValue, problem } from '../../contract/problem';

export interface FoundStart {
  readonly startId: string;
  readonly facts: readonly Fact[];
}

/** Finds a start by conversation id or start id. */
export async function findStartById(ledger: Ledger, id: string): Promise<FoundStart | undefined> {
  if (!isLedgerKey(id)) return undefined;
  const startId = (await ledger.startOf(id)) ?? id;
  const facts = await ledger.facts(startId);
  return facts.length === 0 ? undefined : { startId, facts };
}

/** @param where name of the ledger in the error */
export const unknownId = (id: string, where: string): string =>
  problem({
    name: 'id',
    wrong: `unknown in ${where}`,
    got: formatValue(id),
    why: 'No conversation or start of this backend has this id.',
    fix: "Copy it from `conversation_id` or `start_id` in the log, or from `npx recordings list`. If it is there, compare LEDGER_URL with the backend's, or run `npx recordings repair`.",
  });
