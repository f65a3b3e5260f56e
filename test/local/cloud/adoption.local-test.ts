import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parseHandOver, stackName } from '../../../app/contract/hand-over';
import { runCdk } from '../../../local/aws/cdk';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { bucketNames, describeStack } from '../../../local/read-back/deployed-stack';
import { readBackStack } from '../../../local/read-back/stack';
import { readTemplate } from '../../../local/template';
import { startTestEmulator, type TestEmulator } from '../aws/support';
import { ROOT } from './run-local';

const ENVIRONMENT = 'dev';
const STACK = stackName(ENVIRONMENT);

let aws: TestEmulator;
let directory: string;
let bucket: string;
let policiesAndBuckets: Readonly<Record<string, Readonly<Record<string, string>>>>;

const outputs = (): string => path.join(directory, 'cdk-outputs.json');
const assembly = (): string => path.join(directory, 'cdk.out');
const cloudFormation = (): CloudFormationClient =>
  new CloudFormationClient(clientOptions(aws.emulator, rootOf(aws.emulator.account)));
const s3 = (): S3Client => new S3Client(clientOptions(aws.emulator, rootOf(aws.emulator.account)));

/** The real CDK command line, with these settings of the environment. */
async function cdk(settings: object, ...args: readonly string[]): Promise<string> {
  const environments = `environments=${JSON.stringify({ [ENVIRONMENT]: settings })}`;
  const { stdout, stderr } = await runCdk({
    emulator: aws.emulator,
    args: [...args, '--context', environments, '--output', assembly(), '--no-notices'],
    directory,
    root: ROOT,
    report: () => undefined,
  });
  return stdout + stderr;
}

const deploy = (settings: object): Promise<string> =>
  cdk(settings, 'deploy', '--require-approval', 'never', '--outputs-file', outputs());

/** What `aws cloudformation update-termination-protection --no-enable-termination-protection` does. */
async function liftProtection(): Promise<void> {
  const command = { StackName: STACK, EnableTerminationProtection: false };
  await cloudFormation().send(new UpdateTerminationProtectionCommand(command));
}

const handOver = (): ReturnType<typeof parseHandOver> =>
  parseHandOver(readFileSync(outputs(), 'utf8'), { environment: ENVIRONMENT });

// One bucket's life, in order: each test goes on where the one before ended.
beforeAll(async () => {
  aws = await startTestEmulator();
  directory = mkdtempSync(path.join(tmpdir(), 'adoption-'));
  await cdk({}, 'bootstrap', `aws://${aws.emulator.account}/${aws.emulator.region}`);
  await deploy({});
  bucket = handOver().settings.TAVUS_RECORDING_S3_BUCKET_NAME;
  await s3().send(
    new PutObjectCommand({ Bucket: bucket, Key: 'tavus/c0/1780307900000', Body: 'a recording' }),
  );
  const stack = await describeStack(aws.emulator, STACK);
  policiesAndBuckets = Object.fromEntries(
    Object.entries(stack.types)
      .filter(([, type]) => type.startsWith('AWS::S3::'))
      .map(([logicalId, type]) => {
        const name = (stack.physicalIds[logicalId] ?? '').replace(/-policy$/, '');
        return [logicalId, type === 'AWS::S3::Bucket' ? { BucketName: name } : { Bucket: name }];
      }),
  );
});

afterAll(async () => {
  await aws.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('a second deploy and a diff find nothing to change', async () => {
  expect(await deploy({})).toContain('(no changes)');
  expect(await cdk({}, 'diff', '--fail')).toContain('Number of stacks with differences: 0');
});

test('cdk destroy is refused under termination protection', async () => {
  await expect(cdk({}, 'destroy', '--force')).rejects.toThrow('TerminationProtection is enabled');
});

test('the bucket and its recordings survive the stack', async () => {
  await liftProtection();
  await cdk({}, 'destroy', '--force');
  const { Versions: versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket: bucket }));
  expect(versions.map(({ Key }) => Key)).toEqual(['tavus/c0/1780307900000']);
});

test('existingBucketName makes a role for the bucket that is there, and the same hand-over', async () => {
  await deploy({ existingBucketName: bucket });
  expect(handOver().settings.TAVUS_RECORDING_S3_BUCKET_NAME).toBe(bucket);
  expect(bucketNames(await describeStack(aws.emulator, STACK))).toEqual([]);
  await liftProtection();
  await cdk({ existingBucketName: bucket }, 'destroy', '--force');
});

test('cdk import takes buckets and policies back, and a deploy makes the rest', async () => {
  const mapping = path.join(directory, 'mapping.json');
  writeFileSync(mapping, JSON.stringify(policiesAndBuckets));
  await cdk({}, 'import', '--force', '--resource-mapping', mapping);
  await deploy({});
  expect(handOver().settings.TAVUS_RECORDING_S3_BUCKET_NAME).toBe(bucket);
  const stack = await describeStack(aws.emulator, STACK);
  const lines = await readBackStack(aws.emulator, stack, readTemplate(assembly(), STACK));
  expect(lines.filter(({ state }) => state === 'fails').map(({ id, found }) => [id, found])).toEqual([
    // The deploy after the import is an update; everything else is as if it had been made anew.
    ['stack-status', 'UPDATE_COMPLETE'],
  ]);
});
