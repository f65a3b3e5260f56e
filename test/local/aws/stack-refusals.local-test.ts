import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { trust } from './recordings-template';
import { outcome, OWNER, Stacks, startTestEmulator } from './support';
import type { TestEmulator } from './support';

let running: TestEmulator;
let stacks: Stacks;
let number = 0;

beforeAll(async () => {
  running = await startTestEmulator();
  stacks = new Stacks(running.emulator);
});
afterAll(() => running.stop());

/** Deploys a stack with this resource. @returns the error, or `deployed` */
async function refusal(Type: string, Properties: Record<string, unknown>): Promise<string> {
  number += 1;
  try {
    await stacks.create(`stack-${number}`, { Resource: { Type, Properties } });
    return 'deployed';
  } catch (error) {
    return String(error);
  }
}

const lifecycle = (rule: object): Record<string, unknown> => ({
  LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ...rule }] },
});
const byDefault = (rule: object): Record<string, unknown> => ({
  BucketEncryption: { ServerSideEncryptionConfiguration: [rule] },
});

test.each([
  [
    'an untranslated bucket property',
    { AccelerateConfiguration: { AccelerationStatus: 'Enabled' } },
    'AccelerateConfiguration would be lost',
  ],
  ['a canned ACL', { AccessControl: 'PublicRead' }, 'AccessControl: PublicRead would be lost'],
  [
    'an untranslated lifecycle property',
    lifecycle({ ExpirationDate: '2030-01-01' }),
    'ExpirationDate would be lost',
  ],
  [
    'an untranslated encryption property',
    byDefault({ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', More: 1 } }),
    'More would be lost',
  ],
  [
    'an untranslated logging property',
    { LoggingConfiguration: { DestinationBucketName: 'x', TargetObjectKeyFormat: {} } },
    'TargetObjectKeyFormat would be lost',
  ],
])('%s fails the deployment', async (_, properties, reason) => {
  expect(await refusal('AWS::S3::Bucket', properties)).toContain(reason);
});

test.each([
  [
    'logging to a missing bucket',
    { LoggingConfiguration: { DestinationBucketName: 'nowhere' } },
    'InvalidTargetBucketForLogging',
  ],
  [
    'an unknown encryption algorithm',
    byDefault({ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aes' } }),
    'BucketEncryption was refused by S3',
  ],
  ['an expiry after zero days', lifecycle({ ExpirationInDays: 0 }), 'must be a positive integer'],
  [
    'expiry and delete markers in one rule',
    lifecycle({ ExpirationInDays: 1, ExpiredObjectDeleteMarker: true }),
    'cannot be specified with',
  ],
  ['a lifecycle rule without an action', lifecycle({}), 'at least one action'],
  [
    'an unknown versioning status',
    { VersioningConfiguration: { Status: 'On' } },
    'VersioningConfiguration was refused by S3',
  ],
])('%s is refused by S3 and fails the deployment', async (_, properties, reason) => {
  expect(await refusal('AWS::S3::Bucket', properties)).toContain(reason);
});

test('a bucket whose configuration was refused is removed by the rollback', async () => {
  await refusal('AWS::S3::Bucket', { BucketName: 'short-lived', AccelerateConfiguration: {} });
  const s3 = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  expect(await outcome(s3.send(new HeadBucketCommand({ Bucket: 'short-lived' })))).toBe('NotFound');
});

test.each([
  [
    'AWS::IAM::Role',
    { AssumeRolePolicyDocument: trust(), PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    'PermissionsBoundary',
  ],
  ['AWS::KMS::Key', { BypassPolicyLockoutSafetyCheck: true }, 'BypassPolicyLockoutSafetyCheck'],
])(
  'a property of %s that the emulator would ignore fails the deployment',
  async (type, properties, reason) => {
    expect(await refusal(type, properties)).toContain(`${reason} would be lost`);
  },
);

test('an unsupported resource type fails the deployment', async () => {
  expect(await refusal('AWS::SNS::Topic', {})).toContain(
    'AWS::SNS::Topic: not supported by the AWS emulator',
  );
});

test.each([3_599, 43_201])('a role with sessions of %d s fails the deployment', async (seconds) => {
  const properties = { AssumeRolePolicyDocument: trust(), MaxSessionDuration: seconds };
  expect(await refusal('AWS::IAM::Role', properties)).toContain('maxSessionDuration');
});

const publicRead = (bucket: string): Record<string, unknown> => ({
  Bucket: bucket,
  PolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
    ],
  },
});

test('a public bucket policy fails the deployment under Block Public Access', async () => {
  await stacks.create('private', {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'private-bucket' } },
  });
  expect(await refusal('AWS::S3::BucketPolicy', publicRead('private-bucket'))).toContain('BlockPublicPolicy');
});

test('a second policy for a bucket fails the deployment', async () => {
  const deny = (bucket: string): Record<string, unknown> => ({
    Bucket: bucket,
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: `arn:aws:s3:::${bucket}` },
      ],
    },
  });
  await stacks.create('denied', {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'denied-bucket' } },
    Policy: { Type: 'AWS::S3::BucketPolicy', DependsOn: 'Bucket', Properties: deny('denied-bucket') },
  });
  const again = await refusal('AWS::S3::BucketPolicy', deny('denied-bucket'));
  expect(again).toContain('The bucket policy already exists on bucket denied-bucket.');
});

test('a policy for a missing bucket fails the deployment', async () => {
  expect(await refusal('AWS::S3::BucketPolicy', publicRead('nowhere'))).toContain('NoSuchBucket');
});
