import { erasureOf } from '../../app/ledger/erasure';
import { factsOf, type FactOf } from '../../app/ledger/facts';
import { holdsOf, standingHolds, type Hold } from '../../app/ledger/holds';
import { writeSummary } from '../../app/ledger/summary';
import { problem, ProblemsError } from '../../contract/problem';
import { ask } from '../aws/answer';
import { listBelow, type OwnBucket, type StoredObject } from '../aws/stored-objects';
import { CommandRefused, type ConversationTarget } from '../erase/target';
import { isOtherKey, ledgerKey } from '../erase/ledger-key';
import { copyVersion, inspectCopy, type Copied } from './copy';

/** The hold is active and blocks erasure, but not everything is copied. */
export class HoldIncomplete extends ProblemsError {
  override readonly name = 'HoldIncomplete';
}

/** Buckets with recordings and copies. */
export interface HoldBuckets {
  readonly conversationId: string;
  readonly recordings: OwnBucket;
  readonly holds: OwnBucket;
}

/** @throws CommandRefused when no hold is possible */
export function holdBuckets({ conversationId, recordings, holds, id }: ConversationTarget): HoldBuckets {
  const problems = [
    ...(conversationId === undefined || recordings === undefined
      ? [
          problem({
            name: 'id',
            wrong: 'it has no recording',
            got: id,
            why: 'There is nothing to keep.',
            fix: 'Give the id of a conversation that was recorded.',
          }),
        ]
      : []),
    ...(holds === undefined
      ? [
          problem({
            name: 'RECORDINGS_HOLDS_BUCKET_NAME',
            wrong: 'missing',
            got: 'nothing',
            why: 'There is no bucket for copies.',
            fix: 'Set `holds: true` in the environment in cdk.json, run `npx cdk deploy`, and set its output.',
          }),
        ]
      : []),
  ];
  if (conversationId !== undefined && recordings !== undefined && holds !== undefined) {
    return { conversationId, recordings, holds };
  }
  throw new CommandRefused(problems);
}

/** `<conversation>/<epoch>/<version id>`; other keys than those of recordings have a digest in place of the epoch. */
const copyKey = ({ prefix }: ConversationTarget, conversationId: string, { key, id }: StoredObject): string =>
  `${conversationId}/${ledgerKey(key, prefix).slice(prefix.length)}/${id}`;

export const heldFact = (
  { by, now }: ConversationTarget,
  id: string,
  step: FactOf<'held'>['step'],
  given: Partial<FactOf<'held'>> = {},
): FactOf<'held'> => ({ kind: 'held', at: now(), id, step, by, ...given });

/**
 * Keeps all versions of a conversation. The hold is recorded first, so that nothing is erased from then on.
 *
 * @throws CommandRefused when nothing was changed
 * @throws HoldIncomplete when the hold is active but not everything is copied
 */
export async function hold(target: ConversationTarget, ticket: string): Promise<Hold> {
  const buckets = holdBuckets(target);
  const { ledger, startId, say } = target;
  if (erasureOf(target.facts) !== undefined) throw new CommandRefused([erased(target)]);
  const id = await begin(target, buckets, ticket);
  await writeSummary(ledger, startId);
  const problems = await copyAll(target, buckets, id);
  if (problems.length > 0) throw new HoldIncomplete(problems);
  await ledger.add(startId, heldFact(target, id, 'complete'));
  const standing = standingHolds(await ledger.facts(startId)).find((one) => one.id === id);
  if (standing === undefined)
    throw new Error('The hold was written to the ledger, but the ledger does not return it.');
  say(`Held, ticket ${ticket}: ${standing.copies.length} versions are in ${standing.bucket}.`);
  return standing;
}

const erased = ({ id }: ConversationTarget): string =>
  problem({
    name: 'hold',
    wrong: 'the erasure has begun',
    got: id,
    why: 'Deleted recordings cannot be kept.',
    fix: `\`npx recordings show ${id}\` shows what was deleted, and when.`,
  });

/** Continues the hold of this ticket, or begins one. @returns its id */
async function begin(target: ConversationTarget, { holds }: HoldBuckets, ticket: string): Promise<string> {
  const { ledger, startId } = target;
  for (;;) {
    const facts = await ledger.facts(startId);
    const same = standingHolds(facts).find((one) => one.ticket === ticket);
    if (same !== undefined) return same.id;
    const id = String(holdsOf(facts).length + 1);
    const begun = heldFact(target, id, 'begun', { ticket, bucket: holds.bucket });
    if ((await ledger.add(startId, begun)) === 'known') continue;
    if (erasureOf(await ledger.facts(startId)) === undefined) return id;
    // An erasure began at the same moment.
    await ledger.add(startId, heldFact(target, id, 'released'));
    throw new CommandRefused([erased(target)]);
  }
}

/** @returns problems */
async function copyAll(
  target: ConversationTarget,
  { conversationId, recordings, holds }: HoldBuckets,
  id: string,
): Promise<readonly string[]> {
  const { facts, ledger, prefix, say, startId } = target;
  const listing = await listBelow(recordings, prefix);
  if (listing.kind !== 'is') {
    const got = listing.kind === 'unanswered' ? listing.reason : `${listing.kind} in ${recordings.bucket}`;
    return [notCopied('the bucket could not be listed', got, 'Use AWS credentials of the eraser role.')];
  }
  const versions = listing.value.filter(({ what }) => what === 'version');
  const problems: string[] = [];
  const known = new Set(holdsOf(facts).flatMap(({ copies }) => copies.map(({ versionId }) => versionId)));
  for (const version of versions) {
    const key = copyKey(target, conversationId, version);
    say(`Copying ${version.key}, version ${version.id}, ${version.bytes} bytes ...`);
    const copied = await tryCopy(version, recordings, holds, key);
    if (typeof copied === 'string') problems.push(copied);
    else {
      const copy = {
        key: ledgerKey(version.key, prefix),
        versionId: version.id,
        bytes: copied.bytes,
        copy: key,
        copyVersionId: copied.versionId,
        checksum: copied.checksum,
        found: copied.found,
      };
      await ledger.add(startId, heldFact(target, id, 'copied', { copy }));
      known.add(version.id);
    }
  }
  if (listing.value.some(({ what }) => what === 'upload')) {
    say('An incomplete upload was not copied. Run the same command again when it is complete.');
  }
  return [...problems, ...lostVersions(target, known)];
}

/** Versions known to the ledger that neither exist nor are copied. */
function lostVersions({ facts }: ConversationTarget, known: ReadonlySet<string>): readonly string[] {
  const seen = factsOf(facts, 'seen').filter(
    ({ found, versionId }) => found !== 'nothing' && versionId !== undefined,
  );
  const lost = new Map(
    seen.filter(({ versionId = '' }) => !known.has(versionId)).map((one) => [one.versionId, one]),
  );
  return [...lost.values()].map(({ key, versionId = '' }) =>
    notCopied(
      'a known version no longer exists',
      `${key}, version ${versionId}`,
      'It cannot be recovered. Inform the person who ordered the hold.',
    ),
  );
}

const notCopied = (wrong: string, got: string, fix: string): string =>
  problem({
    name: 'hold',
    wrong,
    got,
    why: 'The hold is active and blocks erasure, but this version is not kept.',
    fix,
  });

/** A copy and the result of its inspection. */
interface InspectedCopy extends Copied {
  readonly found: string;
}

/** @returns the copy, or the problem */
async function tryCopy(
  version: StoredObject,
  source: OwnBucket,
  target: OwnBucket,
  key: string,
): Promise<InspectedCopy | string> {
  const right = 's3:GetObjectVersion on the recordings and s3:PutObject on the copies';
  const location = { own: source, key: version.key, versionId: version.id };
  const answer = await ask(right, async () => {
    const copied = await copyVersion(location, target, key);
    if (copied === undefined || isOtherKey(version.key))
      return copied && { ...copied, found: 'not inspected' };
    const copy = { own: target, key, versionId: copied.versionId };
    return { ...copied, found: (await inspectCopy(copy, copied.bytes)).kind };
  });
  if (answer.kind === 'denied') {
    return notCopied(
      `${right} is not allowed`,
      version.key,
      'Run it with the eraser role of the environment.',
    );
  }
  if (answer.kind === 'is' && answer.value !== undefined) return answer.value;
  const got = answer.kind === 'unanswered' ? `${version.key} (${answer.reason})` : version.key;
  const wrong = answer.kind === 'is' ? 'a copy differs from its original' : 'a version could not be copied';
  return notCopied(wrong, got, 'Run the same command again: it copies what is missing.');
}
