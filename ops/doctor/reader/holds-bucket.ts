import type { LifecycleRule } from '@aws-sdk/client-s3';
import { fail, ok, type CheckOutcome } from '../check-result';
import { combineOutcomes } from '../combine-outcomes';
import { judgeAnswer } from '../judge-answer';
import type { BucketFacts } from '../bucket/facts';
import { judgeEncryption, judgeOwnership, judgePublicAccess, judgeVersioning } from '../bucket/judge';
import { judgeTls } from '../bucket/judge-policy';

const EXPECTED = 'a private, versioned bucket for recordings on hold, in which nothing expires';

const NO_BUCKET = fail(
  'no such bucket',
  EXPECTED,
  'Set holds of the environment in cdk.json, and run `npx cdk deploy`.',
);

/** Checks the bucket with copies of recordings on hold. */
export async function judgeHoldsBucket(bucket: string, facts: BucketFacts): Promise<CheckOutcome> {
  const region = await facts.region;
  if (region.kind === 'missing') return NO_BUCKET;
  return combineOutcomes(bucket, EXPECTED, [
    ['bucket', judgeAnswer(region, EXPECTED, () => ok('exists', EXPECTED))],
    ['encryption', judgeAnswer(await facts.encryption, EXPECTED, (rule) => judgeEncryption(rule, bucket))],
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
    ['lifecycle', judgeAnswer(await facts.lifecycle, EXPECTED, judgeNoExpiry)],
  ]);
}

function judgeNoExpiry(rules: readonly LifecycleRule[] = []): CheckOutcome {
  const expiring = rules.filter(
    ({ Status: status, Expiration: current, NoncurrentVersionExpiration: noncurrent }) =>
      status === 'Enabled' && (current?.Days ?? current?.Date ?? noncurrent) !== undefined,
  );
  return expiring.length === 0
    ? ok('nothing expires', EXPECTED)
    : fail(
        `the rule ${expiring.map(({ ID: id = 'without an ID' }) => id).join(', ')} deletes recordings on hold`,
        EXPECTED,
        'Remove the rule: `aws s3api put-bucket-lifecycle-configuration`.',
      );
}
