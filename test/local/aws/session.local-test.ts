import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import type { ClientOptions } from '../../../local/aws/clients';
import { BUCKET, LOG_BUCKET, recordingsStack } from './recordings-template';
import { assume, outcome, OWNER, Stacks, startTestEmulator } from './support';
import type { TestEmulator } from './support';

const Bucket = BUCKET;
const Key = 'tavus/c1/1';
let running: TestEmulator;
let options: ClientOptions;
let s3: S3Client;
let VersionId: string;

beforeAll(async () => {
  running = await startTestEmulator();
  await new Stacks(running.emulator).create('recordings', recordingsStack());
  const root = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  VersionId = (await root.send(new PutObjectCommand({ Bucket, Key, Body: 'a' }))).VersionId ?? '';
  options = clientOptions(running.emulator, await assume(running.emulator));
  s3 = new S3Client(options);
});
afterAll(() => running.stop());

// Each run of the laptop cloud tries the allowed actions: the simulator checks all eight before it writes.
test.each<[string, () => Promise<unknown>]>([
  ['write to another bucket', () => s3.send(new PutObjectCommand({ Bucket: LOG_BUCKET, Key, Body: 'a' }))],
  ['list another bucket', () => s3.send(new ListObjectsV2Command({ Bucket: LOG_BUCKET }))],
  ['delete an object', () => s3.send(new DeleteObjectCommand({ Bucket, Key }))],
  ['delete a version', () => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))],
  ['read the bucket policy', () => s3.send(new GetBucketPolicyCommand({ Bucket }))],
  ['delete the bucket policy', () => s3.send(new DeleteBucketPolicyCommand({ Bucket }))],
  [
    'suspend versioning',
    () =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
  ],
  [
    'change the lifecycle',
    () =>
      s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [] } })),
  ],
  ['set an ACL', () => s3.send(new PutObjectAclCommand({ Bucket, Key, ACL: 'private' }))],
  ['tag an object', () => s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } }))],
  ['list roles', () => new IAMClient(options).send(new ListRolesCommand({}))],
  ['create a key', () => new KMSClient(options).send(new CreateKeyCommand({}))],
])('the session may not %s', async (_, call) => {
  expect(await outcome(call())).toMatch(/^AccessDenied(Exception)?$/);
});
