import type { ObjectLockConfiguration, ReplicationRule } from '@aws-sdk/client-s3';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import { fail, ok, warn, type CheckOutcome } from '../check-result';

/** What else determines how long a recording exists. */
export interface LockSubject {
  readonly bucket: string;
  readonly hasMfaDelete: boolean;
  /** Days until the lifecycle removes the last byte; undefined when never or unknown. */
  readonly goneDays: number | undefined;
}

const DAYS_A_YEAR = 365;

const ERASABLE = 'nothing that prevents an erasure: no default retention, no MFA delete';

/**
 * Finds locks that prevent expiry or erasure of a recording.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html (read 2026-11-22)
 */
export function judgeLock(
  lock: ObjectLockConfiguration | undefined,
  { bucket, hasMfaDelete, goneDays }: LockSubject,
): CheckOutcome {
  const { Mode: mode, Days: inDays, Years: inYears = 0 } = lock?.Rule?.DefaultRetention ?? {};
  const days = inDays ?? inYears * DAYS_A_YEAR;
  const mfa = hasMfaDelete
    ? ['MFA delete is on: only the root user can erase, with its MFA device, and lifecycle rules do not work']
    : [];
  if (mode === undefined) {
    const found =
      lock?.ObjectLockEnabled === 'Enabled'
        ? 'Object Lock without a default retention: locks nothing by itself'
        : 'none';
    return mfa.length === 0 ? ok(found, ERASABLE) : fail([found, ...mfa].join('; '), ERASABLE, MFA_FIX);
  }
  const isLate = goneDays !== undefined && days > goneDays;
  const found = [
    `Object Lock, ${mode}: each new recording is locked for ${days} d`,
    ...(isLate ? [`the lifecycle cannot remove it after ${goneDays} d`] : []),
    ...(mode === 'COMPLIANCE'
      ? ['not even the root user can erase it earlier']
      : ['an erasure needs s3:BypassGovernanceRetention']),
    ...mfa,
  ].join('; ');
  const fix =
    `For new recordings: \`aws s3api put-object-lock-configuration --bucket ${bucket} --object-lock-configuration ` +
    `"ObjectLockEnabled=Enabled"\`, which removes the default retention. Existing recordings keep their lock;  ${
      mode === 'COMPLIANCE'
        ? 'tell the person who is responsible for erasure.'
        : 'erase one with `aws s3api delete-object --bypass-governance-retention`, its key and version.'
    }`;
  return mode === 'COMPLIANCE' || isLate || hasMfaDelete
    ? fail(found, ERASABLE, hasMfaDelete ? `${fix} ${MFA_FIX}` : fix)
    : warn(found, ERASABLE, fix);
}

const MFA_FIX =
  'As the root user: `aws s3api put-bucket-versioning --bucket <bucket> --versioning-configuration "Status=Enabled,MFADelete=Disabled" --mfa "<serial> <code>"`.';

/** Whether a rule copies all or some recordings. */
function copies({ Status, Filter: { And: all, ...one } = {}, Prefix }: ReplicationRule): boolean {
  const { Prefix: prefix = Prefix ?? '' } = { ...one, ...all };
  const isTagged = one.Tag !== undefined || (all?.Tags ?? []).length > 0;
  const meets = RECORDING_KEY_PREFIX.startsWith(prefix) || prefix.startsWith(RECORDING_KEY_PREFIX);
  return Status === 'Enabled' && !isTagged && meets;
}

/** Buckets that receive copies of recordings. */
export const copyTargets = (rules: readonly ReplicationRule[] = []): readonly string[] => [
  ...new Set(
    rules.filter(copies).map(({ Destination }) => (Destination?.Bucket ?? '').replace('arn:aws:s3:::', '')),
  ),
];

/** Copies have their own lifecycle, and an erasure in this bucket does not reach them. */
export function judgeReplication(
  rules: readonly ReplicationRule[] | undefined,
  bucket: string,
): CheckOutcome {
  const expected = 'recordings in this bucket only, so that an erasure is complete';
  const copying = (rules ?? []).filter(copies);
  if (copying.length === 0) return ok('none', expected);
  const targets = copyTargets(rules);
  const isWhole = copying.length === rules?.length;
  const stop = isWhole
    ? `\`aws s3api delete-bucket-replication --bucket ${bucket}\` stops it`
    : `Take ${copying.map(({ ID = 'a rule without an ID' }) => ID).join(', ')} out of the rules that \`aws s3api get-bucket-replication --bucket ${bucket}\` shows, and write the rest with \`aws s3api put-bucket-replication --bucket ${bucket} --replication-configuration file://replication.json\``;
  const list = targets.map(
    (target) => `\`aws s3api list-object-versions --bucket ${target} --prefix ${RECORDING_KEY_PREFIX}\``,
  );
  return warn(
    `copies go to ${targets.join(', ')}, which has its own lifecycle; S3 does not replicate the deletion of a version`,
    expected,
    `If the copies are intended, set the same days there and erase there too: ${list.join(', ')}. If not: ${stop}.`,
  );
}
