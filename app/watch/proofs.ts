import * as z from 'zod';
import { defined } from '../../contract/defined';
import { WATCH_LINES } from '../../contract/watch-lines';
import { factOf, type Fact } from '../ledger/facts';
import { PROOF_KEY, WATCH } from '../ledger/rows';
import { stateOf, STATES, type StartState } from '../ledger/states';
import { evidence } from '../log/logger';
import type { WatchContext } from './watch-context';

const DAY_MS = 86_400_000;

/** Epoch ms. */
const ROW = z.object({ since: z.number(), passedAt: z.number().optional() });

/** The state of a proof that is over and not yet logged. */
export function proofOf(facts: readonly Fact[]): StartState | undefined {
  if (factOf(facts, 'expected')?.proof !== true || factOf(facts, 'proved') !== undefined) return undefined;
  const known = stateOf(facts);
  const { isFinal, isTold } = STATES[known.state];
  return isFinal || isTold ? known : undefined;
}

/** Logs the result of a proof and records its time. */
export async function tellProof(
  { ledger, log, lines, now }: WatchContext,
  startId: string,
  { state, cause, conversationId }: StartState,
): Promise<void> {
  const passed = STATES[state].counts === 'good';
  const fields = { start_id: startId, ...defined({ conversation_id: conversationId, cause }), state };
  const isWritten = lines.wasWritten(() => {
    if (passed) evidence(log).info(fields, WATCH_LINES.proofPassed);
    else evidence(log).error(fields, WATCH_LINES.proofFailed);
  });
  if (!isWritten) return;
  const at = now();
  const row = await ledger.store.get(WATCH, PROOF_KEY);
  const before = ROW.safeParse(row?.value).data;
  const passedAt = passed ? at : before?.passedAt;
  const change = { key: PROOF_KEY, value: { since: before?.since ?? at, ...defined({ passedAt }) } };
  // Only the lease's holder writes here. A conflict means that the next holder has recorded the same result.
  await ledger.store.write(WATCH, [
    row === undefined ? { kind: 'insert', ...change } : { kind: 'replace', ...change, etag: row.etag },
  ]);
  await ledger.add(startId, { kind: 'proved', at, passed });
}

/**
 * Alerts when no proof has passed for too long. Does nothing if no proof was ever made.
 * @returns false when the line could not be written
 */
export async function tellOverdueProof({
  ledger,
  log,
  lines,
  now,
  proofMaxAgeDays,
}: WatchContext): Promise<boolean> {
  const row = ROW.safeParse((await ledger.store.get(WATCH, PROOF_KEY))?.value).data;
  const lastMs = row?.passedAt ?? row?.since;
  if (lastMs === undefined || now() - lastMs <= proofMaxAgeDays * DAY_MS) return true;
  const last = row?.passedAt === undefined ? null : new Date(row.passedAt).toISOString();
  return lines.wasWritten(() =>
    evidence(log).error({ last_proof: last, max_age_days: proofMaxAgeDays }, WATCH_LINES.proofOverdue),
  );
}
