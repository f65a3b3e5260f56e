import { reconcile } from '../../ops/ledger/reconcile';
import { withLedger } from '../../ops/ledger/open-ledger';

/** `recordings reconcile --json` as it would be in a while: what is younger than 15 min is left for the next time. */
const LATER_MS = 16 * 60_000;

async function compareLater(): Promise<void> {
  const { env, stdout, stderr } = process;
  const context = { env, stdout, stderr };
  const options = { adopt: false, missing: false, foreign: false, sinceMs: undefined, id: '', json: true };
  process.exitCode = await withLedger(context, 'write', (opened) =>
    reconcile(opened, { ...options, context, nowMs: Date.now() + LATER_MS }),
  );
}

void compareLater();
