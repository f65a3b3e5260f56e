import {
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { setTimeout as pause } from 'node:timers/promises';
import type { ResourceToImport } from '@aws-sdk/client-cloudformation';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { outcome, OWNER, Stacks, startTestEmulator } from './support';
import type { DeletionPolicy, Resource, Resources, TestEmulator } from './support';

let running: TestEmulator;
let stacks: Stacks;
let s3: S3Client;

beforeAll(async () => {
  running = await startTestEmulator();
  stacks = new Stacks(running.emulator);
  s3 = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
});
afterAll(() => running.stop());

const oneBucket = (BucketName: string, DeletionPolicy?: DeletionPolicy): Resources => ({
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName },
    ...(DeletionPolicy === undefined ? {} : { DeletionPolicy }),
  },
});

const policy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::kept-bucket' },
  ],
};

async function remove(name: string): Promise<string> {
  await stacks.client.send(new DeleteStackCommand({ StackName: name }));
  return outcome(
    stacks.settled(name).then((status) => Promise.reject(Object.assign(new Error(), { name: status }))),
  );
}

test('a bucket with an object in it cannot be deleted with its stack', async () => {
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

test('termination protection refuses to delete the stack', async () => {
  await stacks.create('protected', oneBucket('protected-bucket'), { EnableTerminationProtection: true });
  const call = stacks.client.send(new DeleteStackCommand({ StackName: 'protected' }));
  await expect(call).rejects.toThrow('TerminationProtection is enabled');
});

test('a bucket that is retained except on create does not outlive a stack that failed to be created', async () => {
  const failing = {
    Type: 'AWS::S3::Bucket',
    Properties: { AccelerateConfiguration: {} },
    DependsOn: 'Bucket',
  };
  const resources = { ...oneBucket('young-bucket', 'RetainExceptOnCreate'), Failing: failing };
  await expect(stacks.create('young', resources)).rejects.toThrow('ROLLBACK_COMPLETE');
  expect(await outcome(s3.send(new HeadBucketCommand({ Bucket: 'young-bucket' })))).toBe('NotFound');
});

test('a retained bucket outlives its stack with objects and policy, and another stack can import both', async () => {
  const Policy: Resource = {
    Type: 'AWS::S3::BucketPolicy',
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: { Bucket: 'kept-bucket', PolicyDocument: policy },
  };
  const resources = {
    ...oneBucket('kept-bucket', 'RetainExceptOnCreate'),
    Policy: { ...Policy, DependsOn: 'Bucket' },
  };
  await stacks.create('first', resources);
  await s3.send(new PutObjectCommand({ Bucket: 'kept-bucket', Key: 'a', Body: 'recording' }));
  await remove('first');

  await expect(stacks.create('unaware', { Policy })).rejects.toThrow('already exists');
  await importAll('second', resources, [
    {
      ResourceType: 'AWS::S3::Bucket',
      LogicalResourceId: 'Bucket',
      ResourceIdentifier: { BucketName: 'kept-bucket' },
    },
    {
      ResourceType: 'AWS::S3::BucketPolicy',
      LogicalResourceId: 'Policy',
      ResourceIdentifier: { Bucket: 'kept-bucket' },
    },
  ]);
  expect(await stacks.settled('second')).toBe('IMPORT_COMPLETE');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'kept-bucket', Key: 'a' }));
  expect(await Body?.transformToString()).toBe('recording');
  const kept = await s3.send(new GetBucketPolicyCommand({ Bucket: 'kept-bucket' }));
  expect(JSON.parse(kept.Policy ?? '')).toEqual(policy);
});

test('a policy that is not there cannot be imported', async () => {
  const Policy: Resource = {
    Type: 'AWS::S3::BucketPolicy',
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: { Bucket: 'nowhere', PolicyDocument: policy },
  };
  const call = importAll('nothing', { Policy }, [
    {
      ResourceType: 'AWS::S3::BucketPolicy',
      LogicalResourceId: 'Policy',
      ResourceIdentifier: { Bucket: 'nowhere' },
    },
  ]);
  await expect(call).rejects.toThrow('Bucket policy does not exist');
});

async function importAll(
  StackName: string,
  resources: Resources,
  ResourcesToImport: ResourceToImport[],
): Promise<void> {
  const ChangeSetName = 'import';
  await stacks.client.send(
    new CreateChangeSetCommand({
      StackName,
      ChangeSetName,
      ChangeSetType: 'IMPORT',
      TemplateBody: JSON.stringify({ Resources: resources }),
      ResourcesToImport,
    }),
  );
  for (;;) {
    const { Status, StatusReason } = await stacks.client.send(
      new DescribeChangeSetCommand({ StackName, ChangeSetName }),
    );
    if (Status === 'CREATE_COMPLETE') break;
    if (Status === 'FAILED') throw new Error(StatusReason);
    await pause(20);
  }
  await stacks.client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
}
