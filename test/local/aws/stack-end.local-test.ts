import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { outcome, OWNER, Stacks, startTestEmulator } from './support';
import type { TemplateResources, TestEmulator } from './support';

let running: TestEmulator;
let stacks: Stacks;
let s3: S3Client;

beforeAll(async () => {
  running = await startTestEmulator();
  stacks = new Stacks(running.emulator);
  s3 = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
});
afterAll(() => running.stop());

const oneBucket = (BucketName: string, DeletionPolicy?: string): TemplateResources => ({
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName },
    ...(DeletionPolicy === undefined ? {} : { DeletionPolicy }),
  },
});

async function remove(name: string): Promise<string> {
  await stacks.client.send(new DeleteStackCommand({ StackName: name }));
  return outcome(
    stacks.settled(name).then((status) => Promise.reject(Object.assign(new Error(), { name: status }))),
  );
}

test('a stack with a bucket that is not empty cannot be deleted', async () => {
  await stacks.create('full', oneBucket('full-bucket'));
  await s3.send(new PutObjectCommand({ Bucket: 'full-bucket', Key: 'a', Body: 'a' }));
  expect(await remove('full')).toBe('DELETE_FAILED');
  expect(await stacks.failure('full')).toContain('BucketNotEmpty');
});

test('an empty bucket is deleted with its stack', async () => {
  await stacks.create('empty', oneBucket('empty-bucket'));
  await remove('empty');
  expect(await outcome(s3.send(new HeadBucketCommand({ Bucket: 'empty-bucket' })))).toBe('NotFound');
});

test('a bucket with RetainExceptOnCreate is deleted when the creation of its stack fails', async () => {
  const failing = {
    Type: 'AWS::S3::Bucket',
    Properties: { AccelerateConfiguration: {} },
    DependsOn: 'Bucket',
  };
  const resources = { ...oneBucket('young-bucket', 'RetainExceptOnCreate'), Failing: failing };
  await expect(stacks.create('young', resources)).rejects.toThrow('ROLLBACK_COMPLETE');
  expect(await outcome(s3.send(new HeadBucketCommand({ Bucket: 'young-bucket' })))).toBe('NotFound');
});
