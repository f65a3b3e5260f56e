import { isLedgerKey } from '../../app/ledger/keys';
import { writeSummary } from '../../app/ledger/summary';
import { ForeignRows } from '../../app/recordings/foreign-rows';
import { formatValue, problem } from '../../contract/problem';
import { visible } from '../../contract/text-encoding';
import { RECORDING_KEY_PREFIX } from '../../contract/vendor-facts';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';

/** Marks a conversation, a foreign object, or everything below a prefix as looked at. */
export async function acknowledge(opened: OpenedLedger, run: LedgerRun): Promise<number> {
  const { stderr, stdout } = run.context;
  const line = (await ofStart(opened, run)) ?? (await ofObject(opened, run));
  if (line !== undefined) {
    stdout.write(`${visible(line)}\n`);
    return 0;
  }
  const unknown = problem({
    name: 'id',
    wrong: `is not known in ${opened.where}`,
    got: formatValue(run.id),
    why: 'It is not a conversation, a start or a foreign object, so there is nothing to acknowledge.',
    fix: 'Copy a conversation from `npx recordings list` or a key from `npx recordings list --foreign`. A prefix ends with a slash and is not tavus/ itself.',
  });
  stderr.write(`${unknown}\n`);
  return 1;
}

async function ofStart({ ledger }: OpenedLedger, { id, nowMs }: LedgerRun): Promise<string | undefined> {
  if (!isLedgerKey(id)) return undefined;
  const startId = (await ledger.startOf(id)) ?? id;
  if (!(await ledger.isKnown(startId))) return undefined;
  await ledger.add(startId, { kind: 'acknowledged', at: nowMs });
  await writeSummary(ledger, startId);
  return `${id}: acknowledged.`;
}

async function ofObject({ ledger }: OpenedLedger, { id, nowMs }: LedgerRun): Promise<string | undefined> {
  const rows = await ForeignRows.read(ledger.store);
  const addition = { acknowledgedMs: nowMs };
  if (id.endsWith('/') && id !== RECORDING_KEY_PREFIX) {
    await rows.acknowledgePrefix(id, nowMs);
    let count = 0;
    for await (const some of rows.all()) {
      const below = some.filter(({ key }) => key.startsWith(id));
      await rows.change(below, addition);
      count += below.length;
    }
    return `${id}: everything below it is acknowledged, including later objects. Foreign objects there now: ${count}.`;
  }
  const one = await rows.get(id);
  if (one === undefined) return undefined;
  await rows.change([one], addition);
  return `${id}: acknowledged.`;
}
