import { defined } from '../../contract/defined';
import type { FactOf, Flaw } from '../ledger/facts';
import { isThere } from '../ledger/recordings';
import type { Bucket, ObjectHead, ObjectVersion } from './bucket';
import type { Inspection } from './inspect';

type Look = FactOf<'seen'>;

/** What a look says of one object. */
export type Seen = Omit<Look, 'at' | 'key' | 'kind'>;

/** What is known before the look. */
export interface KnownOfObject {
  /** What held at the start. */
  readonly storage: FactOf<'expected'>['storage'];
  /** Undefined: Tavus has not told a duration. */
  readonly announcedSec: number | undefined;
  /** At this object, oldest first. */
  readonly looks: readonly Look[];
}

/**
 * What the newest version of an object is. One that the looks know, by its id and size, is not inspected again.
 *
 * @param versions of the object, newest first, without markers
 * @returns undefined: there is none
 */
export async function seeObject(
  bucket: Bucket,
  versions: readonly ObjectVersion[],
  known: KnownOfObject,
): Promise<Seen | undefined> {
  const [newest, previous] = versions;
  if (newest === undefined) return undefined;
  const look = lookAt(newest, known);
  if (look !== undefined) return judgeAgain(look, known);
  const seen = await seeVersion(bucket, newest, known);
  if (seen === undefined) return undefined;
  const before = await intactBefore(bucket, { newest, previous }, known);
  return before === undefined || isSameRecording(before, seen)
    ? seen
    : { ...seen, found: 'overwritten', why: 'replaced' };
}

/** The last look at exactly this version. */
const lookAt = ({ versionId, bytes }: ObjectVersion, { looks }: KnownOfObject): Look | undefined =>
  looks.findLast((look) => isThere(look) && look.versionId === versionId && look.bytes === bytes);

/** Its bytes do not change, but Tavus may have told its duration since. */
function judgeAgain({ kind: _kind, at: _at, key: _key, ...seen }: Look, known: KnownOfObject): Seen {
  return seen.found === 'intact' ? { ...seen, ...judgeLength(seen.durationSec, known) } : seen;
}

/** The intact recording whose place the newest version has taken. Undefined: there was none. */
async function intactBefore(
  bucket: Bucket,
  { newest, previous }: { readonly newest: ObjectVersion; readonly previous: ObjectVersion | undefined },
  known: KnownOfObject,
): Promise<Seen | undefined> {
  const look = known.looks.findLast(({ found }) => found === 'intact');
  if (look !== undefined) return look;
  // Both came between two looks.
  if (previous === undefined || previous.bytes === newest.bytes) return undefined;
  const seen = lookAt(previous, known) ?? (await seeVersion(bucket, previous, known));
  return seen?.found === 'intact' ? seen : undefined;
}

/** Measured from the same bytes it is the same; this much is for rounding. */
const SAME_SEC = 0.5;

/** Tavus delivers again under the same key. */
const isSameRecording = (one: Seen, other: Seen): boolean =>
  one.bytes === other.bytes &&
  (one.durationSec === undefined ||
    other.durationSec === undefined ||
    Math.abs(one.durationSec - other.durationSec) <= SAME_SEC);

/** Undefined: it was deleted since it was listed. */
async function seeVersion(
  bucket: Bucket,
  { key, versionId }: ObjectVersion,
  known: KnownOfObject,
): Promise<Seen | undefined> {
  const head = await bucket.head(key, versionId);
  if (head === undefined) return undefined;
  const { bytes, encryption, keyArn, checksum, modifiedMs, expiresMs } = head;
  const measured = { versionId, bytes, modifiedMs, ...defined({ encryption, keyArn, checksum, expiresMs }) };
  const flaw = encryptionFlaw(head, known);
  // Under a key of somebody else's it could not be read.
  if (flaw !== undefined) return { ...measured, found: 'wrong-encryption', why: flaw };
  const { inspect } = await import('./inspect.js');
  const read = async (from: number, to: number): Promise<Uint8Array> => bucket.read(key, versionId, from, to);
  return { ...measured, ...judge(await inspect({ bytes, read }), known) };
}

function encryptionFlaw({ encryption, keyArn }: ObjectHead, { storage }: KnownOfObject): Flaw | undefined {
  if (storage?.encryption !== undefined && storage.encryption !== encryption) return 'other-encryption';
  return storage?.keyArn !== undefined && storage.keyArn !== keyArn ? 'other-key' : undefined;
}

type Judgement = Pick<Seen, 'durationSec' | 'found' | 'why'>;

function judge(inspection: Inspection, known: KnownOfObject): Judgement {
  if (inspection.kind !== 'playable') return { found: inspection.kind, why: inspection.why };
  return judgeLength(inspection.durationSec, known);
}

/** How much shorter than announced is told. Longer is no alarm: who announces may round, or stop counting early. */
const LEAST_SEC = 15;
const LEAST_SHARE = 0.05;

function judgeLength(durationSec: number | undefined, { announcedSec }: KnownOfObject): Judgement {
  const isShort =
    durationSec !== undefined &&
    announcedSec !== undefined &&
    announcedSec - durationSec > Math.max(LEAST_SEC, announcedSec * LEAST_SHARE);
  return {
    ...defined({ durationSec }),
    ...(isShort ? { found: 'partial', why: 'shorter-than-announced' } : { found: 'intact' }),
  };
}
