import type { LifecycleRule } from '@aws-sdk/client-s3';
import { judged } from '../judged';
import { fail, ok, type Check, type Verdict } from '../verdict';
import type { BucketFacts } from './facts';
import { judgeEncryption, judgeOwnership, judgePublicAccess, judgeVersioning } from './judge';
import { judgeTls } from './judge-policy';

const EXPECTED = 'a private, versioned bucket in which nothing expires';

/** The bucket with the copies of recordings on hold: kept private, and kept. */
export const holdsBucketCheck = (bucket: string, facts: BucketFacts): Check => ({
  id: 'holds-bucket',
  topic: 'bucket',
  asks: 'AWS',
  verdict: async () => {
    const verdicts: readonly (readonly [string, Verdict])[] = [
      ['encryption', judged(await facts.encryption, EXPECTED, (rule) => judgeEncryption(rule, bucket))],
      ['versioning', judged(await facts.versioning, EXPECTED, (status) => judgeVersioning(status, bucket))],
      [
        'Block Public Access',
        judged(await facts.publicAccess, EXPECTED, (on) => judgePublicAccess(on, bucket)),
      ],
      ['ownership', judged(await facts.ownership, EXPECTED, (rule) => judgeOwnership(rule, bucket))],
      ['policy', judged(await facts.policy, EXPECTED, (policy) => judgeTls(policy, bucket))],
      ['lifecycle', judged(await facts.lifecycle, EXPECTED, judgeKept)],
    ];
    const wrong = verdicts.filter(([, { status }]) => status !== 'ok');
    const [first] = wrong;
    if (first === undefined) return ok(`${bucket}: private, versioned, nothing expires`, EXPECTED);
    const found = `${bucket}: ${wrong.map(([what, verdict]) => `${what}: ${verdict.found}`).join('; ')}`;
    const [, worst] = wrong.find(([, { status }]) => status === 'fail') ?? first;
    return { ...worst, found, expected: EXPECTED };
  },
});

/** Only what was never completed may go. */
function judgeKept(rules: readonly LifecycleRule[] | undefined): Verdict {
  const deletes = (rules ?? []).some(
    ({ Status, Expiration, NoncurrentVersionExpiration: noncurrent }) =>
      Status === 'Enabled' &&
      (Expiration?.Days !== undefined || Expiration?.Date !== undefined || noncurrent !== undefined),
  );
  return deletes
    ? fail(
        'copies expire although they are on hold',
        EXPECTED,
        'Take the rule away: `aws s3api put-bucket-lifecycle-configuration`.',
      )
    : ok('nothing expires', EXPECTED);
}
