import type { ObjectLockConfiguration, ReplicationRule } from '@aws-sdk/client-s3';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import { fail, ok, warn, type CheckOutcome } from '../check-result';

/** What is known beside the lock of how long recordings live. */
export interface LockSubject {
  readonly bucket: string;
  readonly hasMfaDelete: boolean;
  /** Days until the lifecycle has removed the last byte; undefined when it never does, or nobody knows. */
  readonly goneDays: number | undefined;
}

const DAYS_A_YEAR = 365;

const ERASABLE = 'nothing that keeps a recording from being erased: no default retention, no MFA delete';

/**
 * What keeps a recording there although its day has come, or somebody asks for its erasure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html (read 2026-11-22)
 */
export function judgeLock(
  lock: ObjectLockConfiguration | undefined,
  { bucket, hasMfaDelete, goneDays }: LockSubject,
): CheckOutcome {
  const { Mode: mode, Days: inDays, Years: inYears = 0 } = lock?.Rule?.DefaultRetention ?? {};
  const days = inDays ?? inYears * DAYS_A_YEAR;
  const mfa = hasMfaDelete
    ? ['MFA delete is on: only root erases, with its device, and no lifecycle rule works']
    : [];
  if (mode === undefined) {
    const found =
      lock?.ObjectLockEnabled === 'Enabled'
        ? 'Object Lock without a default: locks nothing by itself'
        : 'none';
    return mfa.length === 0 ? ok(found, ERASABLE) : fail([found, ...mfa].join('; '), ERASABLE, MFA_FIX);
  }
  const isLate = goneDays !== undefined && days > goneDays;
  const found = [
    `Object Lock, ${mode}: each new recording is locked for ${days} d`,
    ...(isLate ? [`the lifecycle would remove it after ${goneDays} d, and cannot`] : []),
    ...(mode === 'COMPLIANCE'
      ? ['nobody can erase it before, not even root']
      : ['to erase it takes s3:BypassGovernanceRetention']),
    ...mfa,
  ].join('; ');
  const fix =
    `For new recordings: \`aws s3api put-object-lock-configuration --bucket ${bucket} --object-lock-configuration ` +
    `"ObjectLockEnabled=Enabled"\`, which takes the default away. Those that are there keep their lock; ${
      mode === 'COMPLIANCE'
        ? 'tell whoever answers for their erasure.'
        : 'erase one by `aws s3api delete-object --bypass-governance-retention` beside key and version.'
    }`;
  return mode === 'COMPLIANCE' || isLate || hasMfaDelete
    ? fail(found, ERASABLE, hasMfaDelete ? `${fix} ${MFA_FIX}` : fix)
    : warn(found, ERASABLE, fix);
}

const MFA_FIX =
  'As root: `aws s3api put-bucket-versioning --bucket <bucket> --versioning-configuration "Status=Enabled,MFADelete=Disabled" --mfa "<serial> <code>"`.';

/** Whether a rule copies recordings: all of them, or some. */
function copies({ Status, Filter: { And: all, ...one } = {}, Prefix }: ReplicationRule): boolean {
  const { Prefix: prefix = Prefix ?? '' } = { ...one, ...all };
  const isTagged = one.Tag !== undefined || (all?.Tags ?? []).length > 0;
  const meets = RECORDING_KEY_PREFIX.startsWith(prefix) || prefix.startsWith(RECORDING_KEY_PREFIX);
  return Status === 'Enabled' && !isTagged && meets;
}

/** Buckets into which rules copy recordings. */
export const copyTargets = (rules: readonly ReplicationRule[] = []): readonly string[] => [
  ...new Set(
    rules.filter(copies).map(({ Destination }) => (Destination?.Bucket ?? '').replace('arn:aws:s3:::', '')),
  ),
];

/** Copies have a lifecycle of their own, and an erasure here erases nothing there. */
export function judgeReplication(
  rules: readonly ReplicationRule[] | undefined,
  bucket: string,
): CheckOutcome {
  const expected = 'recordings in this bucket alone, so that what is erased here is erased';
  const copying = (rules ?? []).filter(copies);
  if (copying.length === 0) return ok('none', expected);
  const targets = copyTargets(rules);
  const isWhole = copying.length === rules?.length;
  const stop = isWhole
    ? `\`aws s3api delete-bucket-replication --bucket ${bucket}\` stops it`
    : `Take ${copying.map(({ ID = 'a rule without an ID' }) => ID).join(', ')} out of what \`aws s3api get-bucket-replication --bucket ${bucket}\` shows, and put the rest back by \`aws s3api put-bucket-replication --bucket ${bucket} --replication-configuration file://replication.json\``;
  const list = targets.map(
    (target) => `\`aws s3api list-object-versions --bucket ${target} --prefix ${RECORDING_KEY_PREFIX}\``,
  );
  return warn(
    `copies go to ${targets.join(', ')}, where another lifecycle decides; S3 does not pass on that a version was deleted`,
    expected,
    `If they are meant, give that bucket the same days and erase there too: ${list.join(', ')}. If not: ${stop}.`,
  );
}
