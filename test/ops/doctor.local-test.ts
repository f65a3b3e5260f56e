import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { deployLaptop, idsOf, reportOf, type DeployedLaptop } from './laptop';

/** The emulator does not have S3's account settings. */
const NOT_IN_THE_EMULATOR = ['account-public-access'];
const TEST_CONVERSATION = '--create-test-conversation';

describe.each(['s3', 'kms'] as const)('a clean deployment with %s encryption', (encryption) => {
  let laptop: DeployedLaptop;
  beforeAll(async () => {
    laptop = await deployLaptop(encryption);
  });
  afterAll(() => laptop.stop());

  test('passes, including the test conversation', async () => {
    const report = await reportOf(laptop.env, TEST_CONVERSATION);
    expect(report.checks.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    expect(idsOf(report, 'unknown')).toEqual(NOT_IN_THE_EMULATOR);
    expect(report.exitCode).toBe(0);
    const found = (id: string): string | undefined => report.checks.find((check) => check.id === id)?.found;
    expect(found('tavus-test-conversation')).toBe('created with the role and bucket, and ended');
    expect(found('key-grants')).toBe(
      encryption === 'kms' ? "both, by AWS's simulation" : 'none: the bucket encrypts without KMS',
    );
  });
});

describe('a later change', () => {
  let laptop: DeployedLaptop;
  let s3: S3Client;
  let Bucket: string;
  beforeAll(async () => {
    laptop = await deployLaptop('s3');
    s3 = new S3Client(laptop.clientOptions);
    Bucket = laptop.request.bucketName;
  });
  afterAll(async () => {
    s3.destroy();
    await laptop.stop();
  });

  test.each([
    [
      'another replica',
      { TAVUS_REPLICA_ID: 'r_nobody' },
      'tavus-replica',
      'HTTP 404, "Invalid replica_uuid"',
    ],
    [
      'a persona in its place',
      { TAVUS_PERSONA_ID: 'p_nobody' },
      'tavus-persona',
      'HTTP 404, "Invalid persona_id"',
    ],
    ['another key', { TAVUS_API_KEY: 'tvsk_wrong_key' }, 'tavus-key', 'HTTP 401, "Invalid access token"'],
    [
      'another role',
      { TAVUS_AWS_ASSUME_ROLE_ARN: 'arn:aws:iam::111122223333:role/nobody' },
      'role-exists',
      'no such role',
    ],
  ])('%s is reported', async (_, changed, id, found) => {
    const report = await reportOf({ ...laptop.env, ...changed });
    expect(report.checks.filter(({ status }) => status === 'fail')).toMatchObject([{ id, found }]);
  });

  test("an env file has the backend's settings", async () => {
    const file = path.join(laptop.directory, '.env');
    const { aws, settings } = Object.entries(laptop.env).reduce<
      Record<'aws' | 'settings', [string, string][]>
    >(
      (parts, [name, value = '']) => {
        parts[name.startsWith('AWS_') ? 'aws' : 'settings'].push([name, value]);
        return parts;
      },
      { aws: [], settings: [] },
    );
    writeFileSync(file, settings.map(([name, value]) => `${name}=${value}`).join('\n'));
    const report = await reportOf(Object.fromEntries(aws), '--env-file', file);
    expect(report.exitCode).toBe(0);
    expect(report.checks.find(({ id }) => id === 'TAVUS_RECORDING_S3_BUCKET_NAME')?.found).toBe(
      `${Bucket}, from ${file}`,
    );
  });

  test("a role that Tavus refuses is reported by the trust policy's check and by the test conversation", async () => {
    const { roleArn } = laptop.request;
    const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const iam = new IAMClient(laptop.clientOptions);
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName }));
    const PolicyDocument = decodeURIComponent(role?.AssumeRolePolicyDocument ?? '');
    const spoilt = PolicyDocument.replace('sts:ExternalId', 'aws:PrincipalTag/x');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: spoilt }));
    const report = await reportOf(laptop.env, TEST_CONVERSATION);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    iam.destroy();
    expect(report.checks.filter(({ status }) => status === 'fail')).toMatchObject([
      { id: 'role-trust' },
      {
        id: 'tavus-test-conversation',
        found: 'HTTP 400, "unable to assume role with given parameters"',
      },
    ]);
    expect(report.exitCode).toBe(1);
  });

  test('a deleted bucket is reported', async () => {
    await s3.send(new DeleteBucketCommand({ Bucket }));
    const report = await reportOf(laptop.env);
    expect(idsOf(report, 'fail')).toEqual(['bucket-exists']);
    expect(report.checks.find(({ id }) => id === 'bucket-versioning')).toMatchObject({
      status: 'unknown',
      found: 'the bucket does not exist',
    });
  });
});
