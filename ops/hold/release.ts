import { holdsOf, standingHolds, type Hold } from '../../app/ledger/holds';
import { writeReceipt, type Receipt } from '../../app/ledger/receipts';
import { writeSummary } from '../../app/ledger/summary';
import { problem } from '../../contract/problem';
import { deleteObjects, listBelow, missingDeleteRights, type OwnBucket } from '../aws/stored-objects';
import { CommandRefused, type ConversationTarget } from '../erase/target';
import { heldFact, holdBuckets, HoldIncomplete } from './hold';
import { releaseReceipt } from './receipt';

/** Copies may be written while we delete. */
const MAX_ROUNDS = 5;

/**
 * Ends the hold of a ticket and deletes its copies unless another hold needs them. The release is recorded last, so
 * that an interrupted run can be repeated.
 *
 * @throws CommandRefused when nothing was changed
 * @throws HoldIncomplete when the hold is still active
 */
export async function release(target: ConversationTarget, ticket: string): Promise<Receipt> {
  const { ledger, startId, now } = target;
  const { conversationId, recordings, holds } = holdBuckets(target);
  const all = holdsOf(target.facts).filter((one) => one.ticket === ticket);
  // A released hold may still lack its receipt.
  const own = all.find(({ released }) => released === undefined) ?? all.at(-1);
  if (own === undefined) throw new CommandRefused([noSuchHold(target, ticket)]);
  const others = standingHolds(target.facts).filter(({ id }) => id !== own.id);
  if (own.released === undefined) {
    const originals = await originalsOf(own, recordings, target.prefix);
    if (others.length === 0) await deleteCopies(holds, `${conversationId}/`);
    await ledger.add(startId, heldFact(target, own.id, 'released', { originals: [...originals] }));
    await writeSummary(ledger, startId);
  }
  const released = holdsOf(await ledger.facts(startId)).find(({ id }) => id === own.id);
  if (released === undefined) throw new Error('The hold was released, and the ledger does not know it.');
  const text = JSON.stringify(releaseReceipt({ startId, conversationId }, released, others));
  const receipt = await writeReceipt(ledger.store, conversationId, {
    of: `release-${own.id}`,
    at: now(),
    text,
  });
  await ledger.lookAt(startId, now());
  return receipt;
}

function noSuchHold({ facts, id }: ConversationTarget, ticket: string): string {
  const tickets = standingHolds(facts).map((one) => one.ticket);
  return problem({
    name: '--reason',
    wrong: 'no hold has this ticket',
    got: ticket,
    why: 'Each hold is released by its own ticket.',
    fix:
      tickets.length === 0
        ? `\`npx recordings show ${id}\` shows what is known: there is no active hold.`
        : `Active holds have the tickets ${tickets.join(', ')}.`,
  });
}

/** Ids of the versions whose originals still exist. */
async function originalsOf(
  { copies }: Hold,
  recordings: OwnBucket,
  prefix: string,
): Promise<readonly string[]> {
  const listing = await listBelow(recordings, prefix);
  if (listing.kind !== 'is') throw new CommandRefused([notListed(recordings)]);
  const there = new Set(listing.value.map(({ id }) => id));
  return copies.map(({ versionId }) => versionId).filter((id) => there.has(id));
}

const notListed = ({ bucket }: OwnBucket): string =>
  problem({
    name: 'release',
    wrong: 'a bucket could not be listed',
    got: bucket,
    why: 'The remaining copies would be unknown.',
    fix: 'Run it with the eraser role of the environment.',
  });

async function deleteCopies(holds: OwnBucket, prefix: string): Promise<void> {
  const rights = await missingDeleteRights(holds, prefix);
  if (rights.length > 0) {
    throw new CommandRefused([
      problem({
        name: 'release',
        wrong: `not allowed, or not testable: ${rights.join(', ')}`,
        got: holds.bucket,
        why: 'The copies would remain.',
        fix: 'Run it with the eraser role of the environment.',
      }),
    ]);
  }
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const listing = await listBelow(holds, prefix);
    if (listing.kind !== 'is') throw new HoldIncomplete([notListed(holds)]);
    if (listing.value.length === 0) return;
    const left = await deleteObjects(holds, listing.value);
    if (left.length > 0)
      throw new HoldIncomplete([
        notDeleted(
          holds,
          left.map(({ code }) => code),
        ),
      ]);
  }
  throw new HoldIncomplete([notDeleted(holds, ['something still writes there'])]);
}

const notDeleted = ({ bucket }: OwnBucket, codes: readonly string[]): string =>
  problem({
    name: 'release',
    wrong: 'copies could not be deleted',
    got: `${bucket}: ${[...new Set(codes)].join(', ')}`,
    why: 'The hold is still active.',
    fix: 'Fix the cause, and run the same command again.',
  });
