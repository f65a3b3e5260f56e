import { defined } from '../../contract/defined';
import type { FactOf, Flaw } from '../ledger/facts';
import { isThere } from '../ledger/recordings';
import type { Bucket, ObjectHead, ObjectVersion } from './bucket';
import type { Inspection } from './inspect';

type SeenFact = FactOf<'seen'>;

/** Result of checking one object. */
export type ObjectCheck = Omit<SeenFact, 'at' | 'key' | 'kind'>;

/** Known before the check. */
export interface KnownOfObject {
  /** Settings at the start. */
  readonly storage: FactOf<'expected'>['storage'];
  /** Undefined: Tavus announced no duration. */
  readonly announcedSec: number | undefined;
  /** Earlier checks of this object, oldest first. */
  readonly looks: readonly SeenFact[];
}

/**
 * Checks the newest version of an object. A version that an earlier check knows, by id and size, is not inspected again.
 *
 * @param versions of the object, newest first, without delete markers
 * @returns undefined when there is no version
 */
export async function seeObject(
  bucket: Bucket,
  versions: readonly ObjectVersion[],
  known: KnownOfObject,
): Promise<ObjectCheck | undefined> {
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

/** The last check of exactly this version. */
const lookAt = ({ versionId, bytes }: ObjectVersion, { looks }: KnownOfObject): SeenFact | undefined =>
  looks.findLast((look) => isThere(look) && look.versionId === versionId && look.bytes === bytes);

/** The bytes of a version do not change, but Tavus may have announced a duration since. */
function judgeAgain(
  { kind: _kind, at: _at, key: _key, ...seen }: SeenFact,
  known: KnownOfObject,
): ObjectCheck {
  return seen.found === 'intact' ? { ...seen, ...judgeLength(seen.durationSec, known) } : seen;
}

/** The intact recording that the newest version replaced. Undefined: there was none. */
async function intactBefore(
  bucket: Bucket,
  { newest, previous }: { readonly newest: ObjectVersion; readonly previous: ObjectVersion | undefined },
  known: KnownOfObject,
): Promise<ObjectCheck | undefined> {
  const look = known.looks.findLast(({ found }) => found === 'intact');
  if (look !== undefined) return look;
  // Both versions were written between two checks.
  if (previous === undefined || previous.bytes === newest.bytes) return undefined;
  const seen = lookAt(previous, known) ?? (await seeVersion(bucket, previous, known));
  return seen?.found === 'intact' ? seen : undefined;
}

/** Tolerance for rounding when durations are compared. */
const SAME_SEC = 0.5;

/** Tavus may deliver the same recording again under the same key. */
const isSameRecording = (one: ObjectCheck, other: ObjectCheck): boolean =>
  one.bytes === other.bytes &&
  (one.durationSec === undefined ||
    other.durationSec === undefined ||
    Math.abs(one.durationSec - other.durationSec) <= SAME_SEC);

/** Undefined: it was deleted after it was listed. */
async function seeVersion(
  bucket: Bucket,
  { key, versionId }: ObjectVersion,
  known: KnownOfObject,
): Promise<ObjectCheck | undefined> {
  const head = await bucket.head(key, versionId);
  if (head === undefined) return undefined;
  const { bytes, encryption, keyArn, checksum, modifiedMs, expiresMs } = head;
  const measured = { versionId, bytes, modifiedMs, ...defined({ encryption, keyArn, checksum, expiresMs }) };
  const flaw = encryptionFlaw(head, known);
  // With a foreign key its content could not be read.
  if (flaw !== undefined) return { ...measured, found: 'wrong-encryption', why: flaw };
  const { inspect } = await import('./inspect.js');
  const read = async (from: number, to: number): Promise<Uint8Array> => bucket.read(key, versionId, from, to);
  return { ...measured, ...judge(await inspect({ bytes, read }), known) };
}

function encryptionFlaw({ encryption, keyArn }: ObjectHead, { storage }: KnownOfObject): Flaw | undefined {
  if (storage?.encryption !== undefined && storage.encryption !== encryption) return 'other-encryption';
  return storage?.keyArn !== undefined && storage.keyArn !== keyArn ? 'other-key' : undefined;
}

type InspectionResult = Pick<ObjectCheck, 'durationSec' | 'found' | 'why'>;

function judge(inspection: Inspection, known: KnownOfObject): InspectionResult {
  if (inspection.kind !== 'playable') return { found: inspection.kind, why: inspection.why };
  return judgeLength(inspection.durationSec, known);
}

/**
 * A recording is flawed when it is shorter than announced by more than this. Longer is fine: announced durations may be
 * rounded.
 */
const LEAST_SEC = 15;
const LEAST_SHARE = 0.05;

function judgeLength(durationSec: number | undefined, { announcedSec }: KnownOfObject): InspectionResult {
  const isShort =
    durationSec !== undefined &&
    announcedSec !== undefined &&
    announcedSec - durationSec > Math.max(LEAST_SEC, announcedSec * LEAST_SHARE);
  return {
    ...defined({ durationSec }),
    ...(isShort ? { found: 'partial', why: 'shorter-than-announced' } : { found: 'intact' }),
  };
}
