import { FACTS } from '../../app/ledger/rows';
import { LedgerUnavailable } from '../../app/ledger/store';
import { writeSummary } from '../../app/ledger/summary';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';

const AT_ONCE = 8;
const PROGRESS_STARTS = 10_000;

/** Pages of the ids of all starts that have facts. */
async function* startsOf({ ledger }: OpenedLedger): AsyncGenerator<readonly string[]> {
  let last = '';
  for await (const rows of ledger.store.partitions(FACTS)) {
    const ids = [...new Set(rows.map(({ partition }) => partition.slice(FACTS.length)))];
    // The facts of one start may span two pages.
    yield ids.filter((id) => id !== last);
    last = ids.at(-1) ?? last;
  }
}

/** Updates the summaries and index rows of all starts. */
export async function repair(opened: OpenedLedger, { context }: LedgerRun): Promise<number> {
  const { stderr, stdout } = context;
  let starts = 0;
  let changed = 0;
  try {
    for await (const ids of startsOf(opened)) {
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const some = ids.slice(from, from + AT_ONCE);
        const counts = await Promise.all(some.map((id) => writeSummary(opened.ledger, id)));
        changed += counts.reduce((sum, count) => sum + count, 0);
        starts += some.length;
        if (starts % PROGRESS_STARTS < some.length) stderr.write(`${starts} starts ...\n`);
      }
    }
  } catch (error) {
    if (starts === 0 || !(error instanceof LedgerUnavailable)) throw error;
    stderr.write(
      `Stopped after ${starts} starts, ${changed} rows changed: ${error.message} Run it again; that is safe.\n`,
    );
    return 1;
  }
  stdout.write(`${starts} starts of ${opened.where}: ${changed} rows changed.\n`);
  return 0;
}
