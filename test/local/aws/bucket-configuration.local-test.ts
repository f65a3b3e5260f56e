import { UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { BUCKET, recordingsBucket, recordingsStack } from './recordings-template';
import { outcome, OWNER, Stacks, startTestEmulator } from './support';
import type { TemplateResource, TestEmulator } from './support';

let running: TestEmulator;
let stacks: Stacks;
let s3: S3Client;
const Bucket = BUCKET;
const OPEN_BUCKET = 'open-bucket';

const openBucket: TemplateResource = {
  Type: 'AWS::S3::Bucket',
  Properties: {
    BucketName: OPEN_BUCKET,
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    PublicAccessBlockConfiguration: { IgnorePublicAcls: true },
  },
};

beforeAll(async () => {
  running = await startTestEmulator();
  stacks = new Stacks(running.emulator);
  s3 = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  const resources = { ...recordingsStack(['kms:GenerateDataKey', 'kms:Decrypt']), Open: openBucket };
  await stacks.create('recordings', resources, { Tags: [{ Key: 'environment', Value: 'laptop' }] });
});
afterAll(() => running.stop());

test('CloudFormation applies each lifecycle rule with all its properties', async () => {
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules).toEqual([
    { ID: 'expire', Status: 'Enabled', Filter: { Prefix: 'tavus/' }, Expiration: { Days: 90 } },
    {
      ID: 'noncurrent',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 2 },
    },
    {
      ID: 'markers',
      Status: 'Disabled',
      Filter: { Prefix: '' },
      Expiration: { ExpiredObjectDeleteMarker: true },
    },
    {
      ID: 'abort',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
    },
  ]);
});

test('CloudFormation applies object ownership, also if it is not the default', async () => {
  const read = async (name: string): Promise<unknown> =>
    (await s3.send(new GetBucketOwnershipControlsCommand({ Bucket: name }))).OwnershipControls?.Rules;
  expect(await read(BUCKET)).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  expect(await read(OPEN_BUCKET)).toEqual([{ ObjectOwnership: 'BucketOwnerPreferred' }]);
});

test('CloudFormation applies the public access block, also if it is not the default', async () => {
  const read = async (name: string): Promise<unknown> =>
    (await s3.send(new GetPublicAccessBlockCommand({ Bucket: name }))).PublicAccessBlockConfiguration;
  expect(await read(BUCKET)).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  expect(await read(OPEN_BUCKET)).toEqual({
    BlockPublicAcls: false,
    BlockPublicPolicy: false,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: false,
  });
});

test("CloudFormation applies the bucket's tags and the stack's", async () => {
  const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
  expect(TagSet).toEqual(
    expect.arrayContaining([
      { Key: 'purpose', Value: 'recordings' },
      { Key: 'environment', Value: 'laptop' },
      { Key: 'aws:cloudformation:stack-name', Value: 'recordings' },
    ]),
  );
});

test('an update applies changed properties, and resets those that the template no longer has', async () => {
  const resources = recordingsStack([]);
  const dropped = new Set(['LifecycleConfiguration', 'LoggingConfiguration', 'BucketEncryption']);
  const kept = Object.entries(recordingsBucket().Properties ?? {}).filter(([name]) => !dropped.has(name));
  const Properties = { ...Object.fromEntries(kept), VersioningConfiguration: { Status: 'Suspended' } };
  const TemplateBody = JSON.stringify({
    Resources: { ...resources, Recordings: { Type: 'AWS::S3::Bucket', Properties } },
  });
  await stacks.client.send(
    new UpdateStackCommand({ StackName: 'recordings', TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );

  expect(await stacks.settled('recordings')).toBe('UPDATE_COMPLETE');
  expect(await outcome(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })))).toBe(
    'NoSuchLifecycleConfiguration',
  );
  expect((await s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toBeUndefined();
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
    SSEAlgorithm: 'AES256',
  });
});
