import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { BucketFacts } from '../bucket/facts';
import { judgeEncryption, judgeOwnership, judgePublicAccess, judgeVersioning } from '../bucket/judge';
import { judgeTls } from '../bucket/judge-policy';
import { together } from '../bucket/together';
import { mapped } from '../../aws/answer';
import { judged } from '../judged';
import { fail, ok, type Verdict } from '../verdict';

const EXPECTED = 'a private, versioned bucket for recordings on hold, in which nothing expires';

/** Whether the copies of recordings on hold are kept, and to ourselves. */
export async function judgeHoldsBucket(bucket: string, facts: BucketFacts): Promise<Verdict> {
  return together(bucket, EXPECTED, [
    [
      'bucket',
      judged(
        mapped(await facts.region, () => true),
        EXPECTED,
        (found) => (found === true ? ok('there', EXPECTED) : GONE),
      ),
    ],
    ['encryption', judged(await facts.encryption, EXPECTED, (rule) => judgeEncryption(rule, bucket))],
    ['versioning', judged(await facts.versioning, EXPECTED, (status) => judgeVersioning(status, bucket))],
    [
      'Block Public Access',
      judged(await facts.publicAccess, EXPECTED, (on) => judgePublicAccess(on, bucket)),
    ],
    ['ownership', judged(await facts.ownership, EXPECTED, (rule) => judgeOwnership(rule, bucket))],
    ['policy', judged(await facts.policy, EXPECTED, (policy) => judgeTls(policy, bucket))],
    ['lifecycle', judged(await facts.lifecycle, EXPECTED, judgeNoExpiry)],
  ]);
}

const GONE = fail(
  'no such bucket',
  EXPECTED,
  'Set holds of the environment in cdk.json, and run `npx cdk deploy`.',
);

function judgeNoExpiry(rules: readonly LifecycleRule[] = []): Verdict {
  const expiring = rules.filter(
    ({ Status: status, Expiration: current, NoncurrentVersionExpiration: old }) =>
      status === 'Enabled' && (current?.Days ?? current?.Date ?? old) !== undefined,
  );
  return expiring.length === 0
    ? ok('nothing expires', EXPECTED)
    : fail(
        `the rule ${expiring.map(({ ID: id = 'without an ID' }) => id).join(', ')} deletes what is on hold`,
        EXPECTED,
        'Take the rule out: `aws s3api put-bucket-lifecycle-configuration`.',
      );
}
