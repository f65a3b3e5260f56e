import { erasureOf } from '../../app/ledger/erasure';
import { factsOf, type FactOf } from '../../app/ledger/facts';
import { holdsOf, standingHolds, type Hold } from '../../app/ledger/holds';
import { writeSummary } from '../../app/ledger/summary';
import { problem, ProblemsError } from '../../contract/problem';
import { ask } from '../aws/answer';
import { listBelow, type OwnBucket, type StoredObject } from '../aws/stored-objects';
import { Refused, type Subject } from '../erase/subject';
import { isOdd, ledgerKey } from '../erase/ledger-key';
import { copyVersion, inspectCopy, type Copied } from './copy';

/** The hold stands, so nothing is erased; but not all of it is copied. */
export class NotComplete extends ProblemsError {
  override readonly name = 'NotComplete';
}

/** Where recordings and copies are. */
export interface HoldPlace {
  readonly conversationId: string;
  readonly recordings: OwnBucket;
  readonly holds: OwnBucket;
}

/** @throws Refused when there can be no hold */
export function holdPlace({ conversationId, recordings, holds, id }: Subject): HoldPlace {
  const problems = [
    ...(conversationId === undefined || recordings === undefined
      ? [
          problem({
            name: 'id',
            wrong: 'no recording can belong to it',
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
            why: 'There is no bucket for what is kept beyond its day.',
            fix: 'Set `holds: true` in the environment in cdk.json, run `npx cdk deploy`, and give its output.',
          }),
        ]
      : []),
  ];
  if (conversationId !== undefined && recordings !== undefined && holds !== undefined) {
    return { conversationId, recordings, holds };
  }
  throw new Refused(problems);
}

/** `<conversation>/<epoch>/<version id>`, or the digest of a key that is none of a recording in place of the time. */
const copyKey = ({ prefix }: Subject, conversationId: string, { key, id }: StoredObject): string =>
  `${conversationId}/${ledgerKey(key, prefix).slice(prefix.length)}/${id}`;

export const heldFact = (
  { by, now }: Subject,
  id: string,
  step: FactOf<'held'>['step'],
  given: Partial<FactOf<'held'>> = {},
): FactOf<'held'> => ({ kind: 'held', at: now(), id, step, by, ...given });

/**
 * Keeps all versions of a conversation beyond their day. The hold is written down first: from then on nothing is erased.
 *
 * @throws Refused and nothing was changed
 * @throws NotComplete the hold stands, and not all is copied
 */
export async function hold(subject: Subject, ticket: string): Promise<Hold> {
  const place = holdPlace(subject);
  const { ledger, startId, say } = subject;
  if (erasureOf(subject.facts) !== undefined) throw new Refused([erased(subject)]);
  const id = await begin(subject, place, ticket);
  await writeSummary(ledger, startId);
  const problems = await copyAll(subject, place, id);
  if (problems.length > 0) throw new NotComplete(problems);
  await ledger.add(startId, heldFact(subject, id, 'complete'));
  const standing = standingHolds(await ledger.facts(startId)).find((one) => one.id === id);
  if (standing === undefined) throw new Error('The hold was written down, and the ledger does not know it.');
  say(`Held, ticket ${ticket}: ${standing.copies.length} versions are in ${standing.bucket}.`);
  return standing;
}

const erased = ({ id }: Subject): string =>
  problem({
    name: 'hold',
    wrong: 'its erasure has begun',
    got: id,
    why: 'What was deleted cannot be kept.',
    fix: `\`npx recordings show ${id}\` says what was deleted, and when.`,
  });

/** Goes on with the hold of this ticket, or begins one. @returns its id */
async function begin(subject: Subject, { holds }: HoldPlace, ticket: string): Promise<string> {
  const { ledger, startId } = subject;
  for (;;) {
    const facts = await ledger.facts(startId);
    const same = standingHolds(facts).find((one) => one.ticket === ticket);
    if (same !== undefined) return same.id;
    const id = String(holdsOf(facts).length + 1);
    const begun = heldFact(subject, id, 'begun', { ticket, bucket: holds.bucket });
    if ((await ledger.add(startId, begun)) === 'known') continue;
    if (erasureOf(await ledger.facts(startId)) === undefined) return id;
    // It was begun at the same moment.
    await ledger.add(startId, heldFact(subject, id, 'released'));
    throw new Refused([erased(subject)]);
  }
}

/** @returns what could not be copied */
async function copyAll(
  subject: Subject,
  { conversationId, recordings, holds }: HoldPlace,
  id: string,
): Promise<readonly string[]> {
  const { facts, ledger, prefix, say, startId } = subject;
  const listing = await listBelow(recordings, prefix);
  if (listing.kind !== 'is') {
    const got = listing.kind === 'unanswered' ? listing.reason : `${listing.kind} in ${recordings.bucket}`;
    return [
      notCopied(
        'the bucket could not be listed',
        got,
        'See that the AWS credentials are those of the eraser role.',
      ),
    ];
  }
  const versions = listing.value.filter(({ what }) => what === 'version');
  const problems: string[] = [];
  const known = new Set(holdsOf(facts).flatMap(({ copies }) => copies.map(({ versionId }) => versionId)));
  for (const version of versions) {
    const key = copyKey(subject, conversationId, version);
    say(`Copying ${version.key}, version ${version.id}, ${version.bytes} bytes ...`);
    const copied = await tried(version, recordings, holds, key);
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
      await ledger.add(startId, heldFact(subject, id, 'copied', { copy }));
      known.add(version.id);
    }
  }
  if (listing.value.some(({ what }) => what === 'upload')) {
    say('An upload is not complete, and is not copied. When it is, run the same command again.');
  }
  return [...problems, ...lostVersions(subject, known)];
}

/** Versions that the ledger saw, and that are neither there nor copied. */
function lostVersions({ facts }: Subject, known: ReadonlySet<string>): readonly string[] {
  const seen = factsOf(facts, 'seen').filter(
    ({ found, versionId }) => found !== 'nothing' && versionId !== undefined,
  );
  const lost = new Map(
    seen.filter(({ versionId = '' }) => !known.has(versionId)).map((one) => [one.versionId, one]),
  );
  return [...lost.values()].map(({ key, versionId = '' }) =>
    notCopied(
      'a version that was seen is not there any more',
      `${key}, version ${versionId}`,
      'Nothing brings it back; say so to whoever ordered the hold.',
    ),
  );
}

const notCopied = (wrong: string, got: string, fix: string): string =>
  problem({
    name: 'hold',
    wrong,
    got,
    why: 'The hold stands and nothing is erased, but this is not kept.',
    fix,
  });

/** A copy, and what a look into it found. */
interface LookedInto extends Copied {
  readonly found: string;
}

/** @returns why it could not be copied */
async function tried(
  version: StoredObject,
  source: OwnBucket,
  target: OwnBucket,
  key: string,
): Promise<LookedInto | string> {
  const right = 's3:GetObjectVersion on the recordings and s3:PutObject on the copies';
  const place = { own: source, key: version.key, versionId: version.id };
  const answer = await ask(right, async () => {
    const copied = await copyVersion(place, target, key);
    if (copied === undefined || isOdd(version.key)) return copied && { ...copied, found: 'not looked into' };
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
  const wrong =
    answer.kind === 'is' ? 'a copy is not the same as its original' : 'a version could not be copied';
  return notCopied(wrong, got, 'Run the same command again: it copies what is not there.');
}
