import { FIRST_WRITE, KEYS, SLOTS, WATCH } from '../../app/ledger/rows';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';
import { write } from './write';

/** Short-lived rows about running work. */
const SHORT_LIVED: ReadonlySet<string> = new Set([FIRST_WRITE, KEYS, SLOTS, WATCH]);

const PROGRESS_ROWS = 100_000;

/** Each row is a line of JSON: partition, key and value. */
export async function exportRows({ ledger, where }: OpenedLedger, { context }: LedgerRun): Promise<number> {
  const { stderr, stdout } = context;
  let rows = 0;
  for await (const page of ledger.store.partitions('')) {
    const kept = page.filter(({ partition }) => !SHORT_LIVED.has(partition));
    const lines = kept.map(({ partition, key, value }) => `${JSON.stringify({ partition, key, value })}\n`);
    if (lines.length > 0) await write(stdout, lines.join(''));
    const before = rows;
    rows += kept.length;
    if (Math.floor(before / PROGRESS_ROWS) < Math.floor(rows / PROGRESS_ROWS)) {
      stderr.write(`${rows} rows ...\n`);
    }
  }
  stderr.write(`${rows} rows of ${where}.\n`);
  return 0;
}
