import type { LifecycleRule, ObjectLockConfiguration, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import type { AwsAnswer } from '../../aws/answer';
import { judgeAnswer, unknownOutcome } from '../judge-answer';
import type { NormalisedStatement } from '../policy/document';
import { coversAction, coversResource } from '../policy/evaluate';
import { ok, warn, type CheckOutcome } from '../check-result';
import type { BucketFacts, LogTarget } from './facts';
import { judgeOwnership, judgePublicAccess, judgeVersioning } from './judge';
import { appliesTo } from './lifecycle';
import { judgeTls } from './judge-policy';
import { combineOutcomes } from '../combine-outcomes';

const EXPECTED = 'a private log bucket that S3 may write to, and that keeps logs for a while';
/**
 * Principal that delivers the logs. @see
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html (read 2026-11-22)
 */
const DELIVERY = 'Service:logging.s3.amazonaws.com';

/**
 * Checks that the log bucket receives logs and is private. Problems only warn: recordings land without logs.
 *
 * @param look reads the configuration of the log bucket
 */
export async function logBucket(
  logging: AwsAnswer<LogTarget | undefined>,
  look: (bucket: string) => BucketFacts,
): Promise<CheckOutcome> {
  if (logging.kind === 'denied' || logging.kind === 'unanswered') return unknownOutcome(logging, EXPECTED);
  const target = logging.kind === 'is' ? logging.value : undefined;
  if (target === undefined) return ok('none: access is not logged', EXPECTED);
  const { bucket } = target;
  const facts = look(bucket);
  const outcomes: readonly (readonly [string, CheckOutcome])[] = [
    ['encryption', judgeAnswer(await facts.encryption, EXPECTED, judgeLogEncryption)],
    [
      'versioning',
      judgeAnswer(await facts.versioning, EXPECTED, (status) => judgeVersioning(status, bucket)),
    ],
    [
      'Block Public Access',
      judgeAnswer(await facts.publicAccess, EXPECTED, (on) => judgePublicAccess(on, bucket)),
    ],
    ['ownership', judgeAnswer(await facts.ownership, EXPECTED, (rule) => judgeOwnership(rule, bucket))],
    ['policy', judgeAnswer(await facts.policy, EXPECTED, (policy) => judgeTls(policy, bucket))],
    ['policy', judgeAnswer(await facts.policy, EXPECTED, (policy) => judgeDelivery(policy, target))],
    ['Object Lock', judgeAnswer(await facts.objectLock, EXPECTED, judgeLogLock)],
    ['lifecycle', judgeAnswer(await facts.lifecycle, EXPECTED, (rules) => judgeExpiry(rules, target))],
  ];
  const all = combineOutcomes(bucket, EXPECTED, outcomes);
  if (all.status === 'ok') return ok(`${bucket}: private, versioned, open to S3's log delivery`, EXPECTED);
  return all.status === 'fail' ? { ...all, status: 'warn' } : all;
}

/** S3's log delivery supports no other default encryption than SSE-S3. */
function judgeLogEncryption(rule: ServerSideEncryptionRule | undefined): CheckOutcome {
  const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  return algorithm === 'AES256'
    ? ok('SSE-S3', EXPECTED)
    : warn(
        `${algorithm ?? 'none'}, with which S3 delivers no logs`,
        EXPECTED,
        'Set SSE-S3: `aws s3api put-bucket-encryption`.',
      );
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html (read 2026-11-22) */
const judgeLogLock = (lock: ObjectLockConfiguration | undefined): CheckOutcome =>
  lock?.ObjectLockEnabled === 'Enabled'
    ? warn('on, with which S3 delivers no logs', EXPECTED, 'Send the logs to a bucket without Object Lock.')
    : ok('off', EXPECTED);

function judgeDelivery(
  policy: readonly NormalisedStatement[] | undefined,
  { bucket, prefix }: LogTarget,
): CheckOutcome {
  const isOpen = (policy ?? []).some(
    (statement) =>
      statement.effect === 'Allow' &&
      statement.principals.includes(DELIVERY) &&
      coversAction(statement, 's3:PutObject') &&
      coversResource(statement, `arn:aws:s3:::${bucket}/${prefix}log`),
  );
  return isOpen
    ? ok('S3 may write', EXPECTED)
    : warn(
        'it does not allow S3 to write logs',
        EXPECTED,
        'Allow s3:PutObject to logging.s3.amazonaws.com in the policy of the log bucket.',
      );
}

function judgeExpiry(rules: readonly LifecycleRule[] | undefined, { prefix }: LogTarget): CheckOutcome {
  const expires = (rules ?? []).some(
    (rule) => appliesTo(rule, { key: `${prefix}log`, bytes: 1000 }) && rule.Expiration?.Days !== undefined,
  );
  return expires
    ? ok('logs expire', EXPECTED)
    : warn(
        'logs never expire',
        EXPECTED,
        'Add an expiration: `aws s3api put-bucket-lifecycle-configuration`.',
      );
}
