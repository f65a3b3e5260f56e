import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { faultNamed, type FaultName } from '../../local/faults';
import { deployLaptop, idsOf, reportOf, type DeployedLaptop } from './laptop';

/** The emulator does not have the account's own settings of S3. */
const NOT_IN_THE_EMULATOR = ['account-public-access'];
const TEST_CONVERSATION = '--create-test-conversation';

describe.each(['s3', 'kms'] as const)('a clean deployment with %s encryption', (encryption) => {
  let laptop: DeployedLaptop;
  beforeAll(async () => {
    laptop = await deployLaptop(encryption);
  });
  afterAll(() => laptop.stop());

  test('is green, test conversation included', async () => {
    const report = await reportOf(laptop.env, TEST_CONVERSATION);
    expect(report.checks.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    expect(idsOf(report, 'unknown')).toEqual(NOT_IN_THE_EMULATOR);
    expect(report.exitCode).toBe(0);
    const found = (id: string): string | undefined => report.checks.find((check) => check.id === id)?.found;
    expect(found('tavus-test-conversation')).toBe('made with the role and bucket, and ended');
    expect(found('key-grants')).toBe(
      encryption === 'kms' ? "both, by AWS's simulation" : 'none: the bucket encrypts without KMS',
    );
  });
});

// In the order of the table; with a mistake that Tavus itself sees, its refusal is there too.
const FAULTS: readonly (readonly [FaultName, readonly string[]])[] = [
  ['no-external-id', ['role-trust', 'tavus-test-conversation']],
  ['one-hour', ['role-session', 'tavus-test-conversation']],
  ['wrong-account', ['role-trust', 'tavus-test-conversation']],
  ['wrong-region', ['bucket-region']],
  ['no-kms-grant', ['key-grants']],
  ['no-multipart-permission', ['role-actions']],
];

test.each(FAULTS)('the mistake %s turns its own checks red and no other', async (name, failing) => {
  const laptop = await deployLaptop(name === 'no-kms-grant' ? 'kms' : 's3', faultNamed(name));
  try {
    const report = await reportOf(laptop.env, TEST_CONVERSATION);
    expect(idsOf(report, 'fail')).toEqual(failing);
    expect(idsOf(report, 'warn')).toEqual([]);
    expect(idsOf(report, 'unknown')).toEqual(NOT_IN_THE_EMULATOR);
    expect(report.exitCode).toBe(1);
    if (failing.includes('tavus-test-conversation')) {
      const refusal = report.checks.find(({ id }) => id === 'tavus-test-conversation');
      expect(refusal?.found).toBe('HTTP 400, "unable to assume role with given parameters"');
    }
  } finally {
    await laptop.stop();
  }
});

describe('what breaks later', () => {
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
  ])('%s is found', async (_, changed, id, found) => {
    const report = await reportOf({ ...laptop.env, ...changed });
    expect(report.checks.filter(({ status }) => status === 'fail')).toMatchObject([{ id, found }]);
  });

  test('the settings of an env file are those of the backend', async () => {
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

  test('a bucket that was deleted', async () => {
    await s3.send(new DeleteBucketCommand({ Bucket }));
    const report = await reportOf(laptop.env);
    expect(idsOf(report, 'fail')).toEqual(['bucket-exists']);
    expect(report.checks.find(({ id }) => id === 'bucket-versioning')).toMatchObject({
      status: 'unknown',
      found: 'the bucket does not exist',
    });
  });
});
