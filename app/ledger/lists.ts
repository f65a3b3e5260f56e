import type { Ledger } from './ledger';
import { dayPartition, newestFirstKey, statePartition, type ListedState } from './rows';
import { readAll, type LedgerRow } from './store';
import { readSummary, summaryOf, type Summary } from './summary';

const DAY_MS = 86_400_000;

export interface Window {
  /** Epoch ms: starts expected since then. */
  readonly sinceMs: number;
  /** @default all */
  readonly limit?: number;
}

/** Keys of the starts expected since then; the newest come first. */
const keysSince = (sinceMs: number): { readonly to: string } => ({
  to: newestFirstKey(Math.max(0, sinceMs - 1), ''),
});

/** The summary of a start from its row, else from its facts: the row has none until the watch has checked the start. */
export async function readStart(ledger: Ledger, row: LedgerRow): Promise<readonly Summary[]> {
  const found = readSummary(row);
  if (found !== undefined) return [found];
  const { start } = row.value;
  const derived = typeof start === 'string' ? summaryOf(start, await ledger.facts(start)) : undefined;
  return derived === undefined ? [] : [derived];
}

/** The starts expected in a time window, newest first. Reads no more days and rows than it yields. */
export async function* newestStarts(
  ledger: Ledger,
  { sinceMs, limit = Infinity, untilMs }: Window & { readonly untilMs: number },
): AsyncGenerator<Summary> {
  let left = limit;
  const lastDay = dayPartition(sinceMs);
  for (let dayMs = untilMs; left > 0 && dayPartition(dayMs) >= lastDay; dayMs -= DAY_MS) {
    const range = { ...keysSince(sinceMs), limit: left };
    for await (const rows of ledger.store.rows(dayPartition(dayMs), range)) {
      for (const row of rows) yield* await readStart(ledger, row);
      left -= rows.length;
    }
  }
}

/** The starts in some of the listed states, newest first. */
export async function listedStarts(
  ledger: Ledger,
  states: readonly ListedState[],
  { sinceMs, limit = Infinity }: Window,
): Promise<readonly Summary[]> {
  const rows = await Promise.all(
    states.map((state) => readAll(ledger.store, statePartition(state), { ...keysSince(sinceMs), limit })),
  );
  const newest = rows
    .flat()
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .slice(0, limit);
  return (await Promise.all(newest.map((row) => readStart(ledger, row)))).flat();
}
