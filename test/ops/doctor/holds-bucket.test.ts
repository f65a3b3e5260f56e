import { bucketFacts } from '../../../ops/doctor/bucket/facts';
import { judgeHoldsBucket } from '../../../ops/doctor/reader/holds-bucket';
import type { Verdict } from '../../../ops/doctor/verdict';
import { ACCESS_DENIED, BUCKET, fakeAws, HEALTHY, type Answers } from '../fake-aws';

const abort = { Status: 'Enabled', Filter: {}, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };

const judged = async (answers: Answers = {}): Promise<Verdict> => {
  const kept = { GetBucketLifecycleConfigurationCommand: { Rules: [abort] } };
  const { s3 } = fakeAws({ ...HEALTHY, ...kept, ...answers });
  return judgeHoldsBucket(BUCKET, bucketFacts(s3, BUCKET));
};

test('a private bucket in which nothing expires is as it should be', async () => {
  expect(await judged()).toMatchObject({ status: 'ok' });
});

test.each([
  ['what expires', { Expiration: { Days: 30 } }],
  ['what is deleted once it is noncurrent', { NoncurrentVersionExpiration: { NoncurrentDays: 7 } }],
])('%s is no longer on hold', async (_, action) => {
  const Rules = [abort, { ID: 'tidy', Status: 'Enabled', Filter: {}, ...action }];
  expect(await judged({ GetBucketLifecycleConfigurationCommand: { Rules } })).toMatchObject({
    status: 'fail',
    found: `${BUCKET}: lifecycle: the rule tidy deletes what is on hold`,
  });
});

test('a rule that is off changes nothing', async () => {
  const Rules = [{ Status: 'Disabled', Filter: {}, Expiration: { Days: 30 } }];
  expect(await judged({ GetBucketLifecycleConfigurationCommand: { Rules } })).toMatchObject({ status: 'ok' });
});

test('versions that are not kept are a failure, a right that is missing is unknown', async () => {
  expect(await judged({ GetBucketVersioningCommand: {} })).toMatchObject({ status: 'fail' });
  expect(await judged({ GetBucketPolicyCommand: ACCESS_DENIED })).toMatchObject({ status: 'unknown' });
});
