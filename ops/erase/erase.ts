import { erasureOf, type Erasure } from '../../app/ledger/erasure';
import type { Fact, FactOf, FoundObject } from '../../app/ledger/facts';
import { standingHolds } from '../../app/ledger/holds';
import { sha256, writeReceipt } from '../../app/ledger/receipts';
import { factsPartition } from '../../app/ledger/rows';
import { Slots } from '../../app/ledger/slots';
import { MOST_CHANGES, readAll, type Change } from '../../app/ledger/store';
import { writeSummary } from '../../app/ledger/summary';
import { isOver } from '../../app/tavus/outcome';
import type { Exchange } from '../../app/tavus/exchange';
import { problem, ProblemsError } from '../../contract/problem';
import { deleteObjects, listBelow, type OwnBucket, type StoredObject } from '../aws/stored-objects';
import { describeExchange } from '../doctor/tavus/judge';
import { ledgerKey } from './ledger-key';
import { endOf, heldProblem, planErasure } from './plan';
import { erasureReceipt } from './receipt';
import { CommandRefused, type ConversationTarget } from './target';

/** The erasure is not complete. Running the command again continues it. */
export class ErasureIncomplete extends ProblemsError {
  override readonly name = 'ErasureIncomplete';
}

/** Tavus may write while we delete. */
const MAX_ROUNDS = 5;

/** Objects in one row of the ledger. */
const FOUND_PER_ROW = 50;

const incomplete = (wrong: string, got: string, fix: string): string =>
  problem({
    name: 'erasure',
    wrong,
    got,
    why: 'It is not complete, and there is no receipt of it yet.',
    fix: `${fix} Then run the same command again: it continues where it stopped.`,
  });

/**
 * Erases a conversation step by step. Completed steps are not repeated, and objects are recorded before they are
 * deleted, so an interruption never loses a part of the receipt.
 *
 * @throws CommandRefused before anything was changed
 * @throws ErasureIncomplete when a step failed
 */
export async function erase(target: ConversationTarget, ticket: string): Promise<void> {
  if (erasureOf(target.facts) === undefined) await begin(target, ticket);
  const held = standingHolds(await currentFacts(target)).map(({ ticket: order }) => heldProblem(order));
  if (held.length > 0) throw new CommandRefused(held);
  const { problems } = await emptyBucket(target);
  const left = [...problems, ...(await deleteAtTavus(target))];
  await deletePersons(target);
  if (left.length === 0) left.push(...(await recordEmptyListing(target)));
  await finishErasure(target);
  if (left.length > 0) throw new ErasureIncomplete(left);
}

const currentFacts = ({ ledger, startId }: ConversationTarget): Promise<readonly Fact[]> =>
  ledger.facts(startId);

async function currentErasure(target: ConversationTarget): Promise<Erasure> {
  const erasure = erasureOf(await currentFacts(target));
  if (erasure === undefined) throw new Error('The erasure was begun, and the ledger does not know it.');
  return erasure;
}

const step = (
  { by, now }: ConversationTarget,
  name: string,
  given: Partial<FactOf<'erased'>> = {},
): FactOf<'erased'> => ({ kind: 'erased', at: now(), step: name, by, ...given });

/**
 * Checks the plan, ends the call and records the beginning. From then on callbacks and reports of the conversation are
 * ignored.
 */
async function begin(target: ConversationTarget, ticket: string): Promise<void> {
  const { ledger, startId, recordings, say } = target;
  const seen = await planErasure(target);
  if (seen.problems.length > 0) throw new CommandRefused(seen.problems);
  if (seen.isRunning) await endCall(target);
  const nowMs = target.now();
  await ledger.add(
    startId,
    step(target, 'begun', {
      ticket,
      endMs: endOf(target.facts, nowMs) ?? nowMs,
      remains: [...seen.remains],
      ...(recordings && {
        place: { bucket: recordings.bucket, region: recordings.region, account: recordings.account },
      }),
    }),
  );
  await ledger.lookAt(startId, nowMs);
  say(
    `Erasure begun. Objects in the bucket: ${seen.objects.length}; ledger rows with personal data: ${seen.personRows}.`,
  );
  await writeSummary(ledger, startId);
}

async function endCall({
  conversationId,
  ledger,
  startId,
  tavus,
  now,
  mask,
  say,
}: ConversationTarget): Promise<void> {
  if (conversationId === undefined) return;
  const exchange = await tavus.endConversation(conversationId);
  if (!isOver(exchange)) {
    const { found, fix } = describeExchange(exchange, mask);
    throw new CommandRefused([
      problem({
        name: 'Tavus',
        wrong: 'the call may still be running and could not be ended',
        got: found,
        why: 'Recordings made after the erasure would remain.',
        fix,
      }),
    ]);
  }
  say('The call is over.');
  await new Slots(ledger.store, 1, { now }).free(startId);
}

/** Problems of deleting, and when the last listing was requested, epoch ms. */
interface Emptied {
  readonly problems: readonly string[];
  readonly listedMs: number;
}

/** Deletes until a listing is empty. */
async function emptyBucket(target: ConversationTarget): Promise<Emptied> {
  const { recordings, prefix, now, say } = target;
  let listedMs = now();
  const failed = (text: string): Emptied => ({ problems: [text], listedMs });
  if (recordings === undefined) return { problems: [], listedMs };
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    listedMs = now();
    const listing = await listBelow(recordings, prefix);
    if (listing.kind !== 'is') return failed(notListed(recordings, listing));
    if (listing.value.length === 0) return { problems: [], listedMs };
    await recordFound(target, listing.value);
    say(`Deleting versions, markers and uploads: ${listing.value.length} ...`);
    const left = await deleteObjects(recordings, listing.value);
    if (left.length > 0) {
      const codes = [...new Set(left.map(({ code }) => code))].join(', ');
      return failed(
        incomplete(
          `${left.length} of ${listing.value.length} objects could not be deleted`,
          codes,
          codes.includes('AccessDenied')
            ? 'Run it with the eraser role. Check that no bucket policy or Object Lock prevents it.'
            : 'Wait a while.',
        ),
      );
    }
  }
  return failed(
    incomplete('something still writes below the conversation', prefix, 'Find the writer and stop it.'),
  );
}

const notListed = (
  { bucket }: OwnBucket,
  answer: Exclude<Awaited<ReturnType<typeof listBelow>>, { kind: 'is' }>,
): string =>
  incomplete(
    'the bucket could not be listed',
    answer.kind === 'unanswered' ? `${bucket}: ${answer.reason}` : `${bucket}: ${answer.kind}`,
    answer.kind === 'denied' ? `Allow ${answer.right}.` : 'Check that AWS can be reached.',
  );

const toFound = (prefix: string, { what, key, id, bytes, modifiedMs }: StoredObject): FoundObject => ({
  what,
  key: ledgerKey(key, prefix),
  id,
  bytes,
  modifiedMs,
});

/** Records objects before they are deleted, unless they are recorded already. */
async function recordFound(target: ConversationTarget, objects: readonly StoredObject[]): Promise<void> {
  const { ledger, prefix, startId } = target;
  const idOf = ({ what, key, id }: FoundObject): string => [what, key, id].join('\n');
  const known = new Set((await currentErasure(target)).found.map(idOf));
  const found = objects.map((one) => toFound(prefix, one)).filter((one) => !known.has(idOf(one)));
  for (let from = 0; from < found.length; from += FOUND_PER_ROW) {
    const some = found.slice(from, from + FOUND_PER_ROW);
    const name = `found-${sha256(some.map(idOf).join('\n')).slice(0, 32)}`;
    await ledger.add(startId, step(target, name, { found: some }));
  }
}

/** Tavus answers 204, or 400 for an unknown conversation (API reference, read 2026-11-22). */
const isGone = (exchange: Exchange): exchange is Extract<Exchange, { kind: 'answered' }> => isOver(exchange);

async function deleteAtTavus(target: ConversationTarget): Promise<readonly string[]> {
  const { conversationId, ledger, mask, startId, say, tavus } = target;
  if (conversationId === undefined || (await currentErasure(target)).tavus !== undefined) return [];
  const exchange = await tavus.deleteConversation(conversationId);
  if (!isGone(exchange)) {
    const { found, fix } = describeExchange(exchange, mask);
    return [incomplete("Tavus's copy could not be deleted", found, fix)];
  }
  say(`Tavus answered ${exchange.status} to the deletion of its copy.`);
  await ledger.add(startId, step(target, 'tavus', { status: exchange.status }));
  return [];
}

/** Deletes in batches, each together with the fact that records it. */
async function deletePersons(target: ConversationTarget): Promise<void> {
  const { ledger, startId } = target;
  const partition = factsPartition(startId);
  const before = (await currentErasure(target)).persons.length;
  for (let n = before + 1; ; n += 1) {
    const rows = await readAll(ledger.store, partition, {
      from: 'person:',
      to: 'person;',
      limit: MOST_CHANGES - 1,
    });
    if (rows.length === 0 && n > 1) return;
    const deletes = rows.map(({ key }): Change => ({ kind: 'delete', key }));
    const name = `person-${n}`;
    const value = step(target, name, { rows: rows.length });
    // A conflict means that another process erases too.
    await ledger.store.write(partition, [{ kind: 'insert', key: `erased:${name}`, value }, ...deletes]);
    if (rows.length === 0) return;
  }
}

/** Deletes new objects and records the empty listing that the receipt is based on. */
async function recordEmptyListing(target: ConversationTarget): Promise<readonly string[]> {
  const { ledger, recordings, say, startId } = target;
  if (recordings === undefined) return [];
  const { problems, listedMs } = await emptyBucket(target);
  if (problems.length > 0) return problems;
  const n = (await currentErasure(target)).emptyMs.length + 1;
  await ledger.add(startId, { ...step(target, `empty-${n}`), at: listedMs });
  say('A listing of the conversation is empty.');
  return [];
}

/** Updates the summary. If the erasure is complete, writes the receipt and schedules a visit of the watch. */
export async function finishErasure(target: ConversationTarget): Promise<void> {
  const { id, conversationId, ledger, startId, now } = target;
  await writeSummary(ledger, startId);
  const erasure = await currentErasure(target);
  if (!erasure.isComplete) return;
  const text = JSON.stringify(erasureReceipt({ startId, conversationId }, erasure));
  await writeReceipt(ledger.store, conversationId ?? id, { of: 'erasure', at: now(), text });
  await ledger.lookAt(startId, now());
}
