import { bucketFacts } from '../../../ops/doctor/bucket/facts';
import { judgeHoldsBucket } from '../../../ops/doctor/reader/holds-bucket';
import type { CheckOutcome } from '../../../ops/doctor/check-result';
import { ACCESS_DENIED, awsError, BUCKET, fakeAws, HEALTHY, type FakeAwsAnswers } from '../fake-aws';

const abort = { Status: 'Enabled', Filter: {}, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };

const check = async (answers: FakeAwsAnswers = {}): Promise<CheckOutcome> => {
  const kept = { GetBucketLifecycleConfigurationCommand: { Rules: [abort] } };
  const { s3 } = fakeAws({ ...HEALTHY, ...kept, ...answers });
  return judgeHoldsBucket(BUCKET, bucketFacts(s3, BUCKET));
};

test('a private bucket without expiry passes', async () => {
  expect(await check()).toMatchObject({ status: 'ok' });
});

test.each([
  ['an expiry', { Expiration: { Days: 30 } }],
  ['an expiry of noncurrent versions', { NoncurrentVersionExpiration: { NoncurrentDays: 7 } }],
])('%s fails', async (_, action) => {
  const Rules = [abort, { ID: 'tidy', Status: 'Enabled', Filter: {}, ...action }];
  expect(await check({ GetBucketLifecycleConfigurationCommand: { Rules } })).toMatchObject({
    status: 'fail',
    found: `${BUCKET}: lifecycle: the rule tidy deletes recordings on hold`,
  });
});

test('a disabled rule has no effect', async () => {
  const Rules = [{ Status: 'Disabled', Filter: {}, Expiration: { Days: 30 } }];
  expect(await check({ GetBucketLifecycleConfigurationCommand: { Rules } })).toMatchObject({ status: 'ok' });
});

test('a bucket that does not exist is a failure', async () => {
  expect(await check({ HeadBucketCommand: awsError('NotFound', 404) })).toMatchObject({
    status: 'fail',
    found: 'no such bucket',
  });
});

test('missing versioning is a failure, and a missing right is unknown', async () => {
  expect(await check({ GetBucketVersioningCommand: {} })).toMatchObject({ status: 'fail' });
  expect(await check({ GetBucketPolicyCommand: ACCESS_DENIED })).toMatchObject({ status: 'unknown' });
});
