import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  UpdateTerminationProtectionCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parseHandOver, stackName } from '../../../contract/hand-over';
import { runCdk } from '../../../local/aws/cdk';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { checkDeployment } from '../../../local/deployment-checks';
import { startTestEmulator, type TestEmulator } from '../aws/support';
import { ROOT } from './run-local';

const ENVIRONMENT = 'dev';
const STACK = stackName(ENVIRONMENT);
/** With a customer key, which is also retained. */
const OWN = { encryption: 'kms' };

/** Identifier of each retained type in CloudFormation's import. The role is not retained. */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::KMS::Key': 'KeyId',
};

let aws: TestEmulator;
let directory: string;
let bucket: string;
let keyArn: string;
let retained: Readonly<Record<string, Readonly<Record<string, string>>>>;

const outputs = (): string => path.join(directory, 'cdk-outputs.json');
const assembly = (): string => path.join(directory, 'cdk.out');
const cloudFormation = (): CloudFormationClient =>
  new CloudFormationClient(clientOptions(aws.emulator, rootOf(aws.emulator, aws.emulator.account)));
const s3 = (): S3Client =>
  new S3Client(clientOptions(aws.emulator, rootOf(aws.emulator, aws.emulator.account)));

/** Runs the CDK command line with these settings of the environment. */
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

/** As `aws cloudformation update-termination-protection --no-enable-termination-protection`. */
async function liftProtection(): Promise<void> {
  const command = { StackName: STACK, EnableTerminationProtection: false };
  await cloudFormation().send(new UpdateTerminationProtectionCommand(command));
}

async function resources(): Promise<StackResource[]> {
  const answer = await cloudFormation().send(new DescribeStackResourcesCommand({ StackName: STACK }));
  return answer.StackResources ?? [];
}

const handOver = (): ReturnType<typeof parseHandOver> =>
  parseHandOver(readFileSync(outputs(), 'utf8'), { environment: ENVIRONMENT });

// The tests follow one bucket in this order; each continues after the one before.
beforeAll(async () => {
  aws = await startTestEmulator();
  directory = mkdtempSync(path.join(tmpdir(), 'adoption-'));
  await cdk(OWN, 'bootstrap', `aws://${aws.emulator.account}/${aws.emulator.region}`);
  await deploy(OWN);
  bucket = handOver().settings.TAVUS_RECORDING_S3_BUCKET_NAME;
  await s3().send(
    new PutObjectCommand({ Bucket: bucket, Key: 'tavus/c0/1780307900000', Body: 'a recording' }),
  );
  const deployed = await resources();
  retained = Object.fromEntries(
    deployed.flatMap(
      ({ LogicalResourceId: logicalId = '', PhysicalResourceId: id = '', ResourceType: type = '' }) => {
        const identifier = IDENTIFIERS[type];
        // The identifier of a policy is the name of its bucket.
        return identifier === undefined ? [] : [[logicalId, { [identifier]: id.replace(/-policy$/, '') }]];
      },
    ),
  );
  const key = deployed.find(({ ResourceType: type }) => type === 'AWS::KMS::Key')?.PhysicalResourceId ?? '';
  keyArn = `arn:aws:kms:${aws.emulator.region}:${aws.emulator.account}:key/${key}`;
});

afterAll(async () => {
  await aws.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('a second deploy and a diff find nothing to change', async () => {
  expect(await deploy(OWN)).toContain('(no changes)');
  expect(await cdk(OWN, 'diff', '--fail')).toContain('Number of stacks with differences: 0');
});

test('cdk destroy is refused under termination protection', async () => {
  await expect(cdk(OWN, 'destroy', '--force')).rejects.toThrow('TerminationProtection is enabled');
});

test('the bucket and its recordings survive the stack', async () => {
  await liftProtection();
  await cdk(OWN, 'destroy', '--force');
  const { Versions: versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket: bucket }));
  expect(versions.map(({ Key }) => Key)).toEqual(['tavus/c0/1780307900000']);
});

test('existingBucketName creates a role for the existing bucket, and the same hand-over', async () => {
  const adopted = { existingBucketName: bucket, existingKmsKeyArn: keyArn };
  await deploy(adopted);
  expect(handOver().settings.TAVUS_RECORDING_S3_BUCKET_NAME).toBe(bucket);
  expect((await resources()).filter(({ ResourceType: type }) => type === 'AWS::S3::Bucket')).toEqual([]);
  await liftProtection();
  await cdk(adopted, 'destroy', '--force');
});

test('cdk import adopts buckets, policies and key, and a deploy creates the rest', async () => {
  const mapping = path.join(directory, 'mapping.json');
  writeFileSync(mapping, JSON.stringify(retained));
  await cdk(OWN, 'import', '--force', '--resource-mapping', mapping);
  await deploy(OWN);
  const { settings } = handOver();
  expect(settings.TAVUS_RECORDING_S3_BUCKET_NAME).toBe(bucket);
  const request = {
    bucketName: bucket,
    bucketRegion: settings.TAVUS_RECORDING_S3_BUCKET_REGION,
    roleArn: settings.TAVUS_AWS_ASSUME_ROLE_ARN,
  };
  const checks = await checkDeployment(aws.emulator, request, 'kms');
  expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
});
