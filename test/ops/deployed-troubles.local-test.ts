import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { parseHandOver, stackName } from '../../contract/hand-over';
import { runCdk } from '../../local/aws/cdk';
import { clientOptions, rootOf } from '../../local/aws/clients';
import { AwsCommands } from '../documents/aws-commands';
import { OWNER, REGION, ROOT, startTestEmulator, type TestEmulator } from '../local/aws/support';
import { runDoctor, type DoctorReport } from './laptop';

/** Failing or unusual deployments by the real CDK, and the doctor's results. */

const ENVIRONMENT = 'dev';
const STACK = stackName(ENVIRONMENT);
/** Its name is used in another account. */
const TAKEN = 'acme-recordings-taken';
const ELSEWHERE = { bucket: 'acme.recordings.elsewhere', region: 'us-west-2' };

let aws: TestEmulator;
let directory: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  aws = await startTestEmulator();
  directory = mkdtempSync(path.join(tmpdir(), 'deployed-troubles-'));
  const { emulator } = aws;
  const otherAccount = new S3Client(clientOptions(emulator, rootOf(emulator, '444455556666')));
  await otherAccount.send(new CreateBucketCommand({ Bucket: TAKEN }));
  otherAccount.destroy();
  env = {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_CA_BUNDLE: emulator.certificateFile,
    AWS_ACCESS_KEY_ID: OWNER,
    AWS_SECRET_ACCESS_KEY: rootOf(emulator, OWNER).secretAccessKey,
    AWS_REGION: REGION,
    TAVUS_API_BASE_URL: 'http://127.0.0.1:9',
  };
  await cdk({}, 'bootstrap', `aws://${emulator.account}/${emulator.region}`);
});
afterAll(async () => {
  await aws.stop();
  rmSync(directory, { recursive: true, force: true });
});

const outputs = (): string => path.join(directory, 'cdk-outputs.json');

async function cdk(settings: object, ...args: readonly string[]): Promise<string> {
  const environments = `environments=${JSON.stringify({ [ENVIRONMENT]: settings })}`;
  const { stdout, stderr } = await runCdk({
    emulator: aws.emulator,
    args: [...args, '--context', environments, '--output', path.join(directory, 'cdk.out'), '--no-notices'],
    directory,
    root: ROOT,
    report: () => undefined,
  });
  return stdout + stderr;
}

const deploy = (settings: object): Promise<string> =>
  cdk(settings, 'deploy', '--require-approval', 'never', '--outputs-file', outputs());

async function stack(): Promise<{ status: string | undefined; isProtected: boolean | undefined }> {
  const client = new CloudFormationClient(clientOptions(aws.emulator, rootOf(aws.emulator, OWNER)));
  const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
  client.destroy();
  return { status: found?.StackStatus, isProtected: found?.EnableTerminationProtection };
}

async function doctor(): Promise<(id: string) => DoctorReport['checks'][number] | undefined> {
  const { stdout, stderr } = await runDoctor(
    ['--json', '--environment', ENVIRONMENT, '--hand-over', outputs()],
    env,
  );
  if (stdout === '') throw new Error(stderr);
  const report: DoctorReport = JSON.parse(stdout);
  return (id) => report.checks.find((check) => check.id === id);
}

// The tests are in order: each continues with the state of the previous one.
describe('a failed first deployment', () => {
  test('cannot simply be repeated', async () => {
    await expect(deploy({ bucketName: TAKEN })).rejects.toThrow(
      /already exists|AlreadyExists|ROLLBACK_COMPLETE/,
    );
    expect(await stack()).toEqual({ status: 'ROLLBACK_COMPLETE', isProtected: true });
    await expect(deploy({})).rejects.toThrow('TerminationProtection is enabled');
  });

  test('is repaired by the two commands that the doctor prints, with protection restored', async () => {
    const check = (await doctor())('aws-stack');
    expect(check).toMatchObject({ status: 'fail', found: 'ROLLBACK_COMPLETE: its first deployment failed' });
    const [, lift = '', again = ''] = /Then run `([^`]+)`, then `([^`]+)`/.exec(check?.fix ?? '') ?? [];
    const commands = new AwsCommands(clientOptions(aws.emulator, rootOf(aws.emulator, OWNER)), {});
    await commands.run(lift.split(' '));
    commands.close();
    expect(again).toBe(`npx cdk deploy ${STACK}`);
    await deploy({});
    expect(await stack()).toEqual({ status: 'CREATE_COMPLETE', isProtected: true });
    const of = await doctor();
    expect(of('aws-stack')).toMatchObject({ status: 'ok', found: 'CREATE_COMPLETE' });
    expect(of('hand-over')?.status).toBe('ok');
  });
});

describe('an existing bucket in another region, with dots in its name', () => {
  const adopted = { existingBucketName: ELSEWHERE.bucket };

  test('is found in its region, and the fix is in cdk.json', async () => {
    const { emulator } = aws;
    const s3 = new S3Client({
      ...clientOptions(emulator, rootOf(emulator, OWNER), { region: ELSEWHERE.region }),
    });
    await s3.send(
      new CreateBucketCommand({
        Bucket: ELSEWHERE.bucket,
        CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
      }),
    );
    s3.destroy();
    await deploy(adopted);
    const check = (await doctor())('bucket-region');
    expect(check).toMatchObject({ status: 'fail', found: ELSEWHERE.region });
    expect(check?.fix).toContain('"existingBucketRegion": "us-west-2"');
  });

  test('is handed over with its region once that is set', async () => {
    // The tag, because the emulator, unlike AWS, does not deploy a change of only outputs.
    await deploy({ ...adopted, existingBucketRegion: ELSEWHERE.region, tags: { team: 'video' } });
    const handOver = parseHandOver(readFileSync(outputs(), 'utf8'), { environment: ENVIRONMENT });
    expect(handOver.settings).toMatchObject({
      TAVUS_RECORDING_S3_BUCKET_NAME: ELSEWHERE.bucket,
      TAVUS_RECORDING_S3_BUCKET_REGION: ELSEWHERE.region,
    });
    const of = await doctor();
    expect(of('bucket-region')).toMatchObject({ status: 'ok', found: ELSEWHERE.region });
    expect(of('bucket-exists')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('with dots'),
    });
    expect(of('role-actions')?.status).toBe('ok');
  });
});
