import { S3Client, PutObjectCommand, CreateBucketCommand } from '@aws-sdk/client-s3';
import type { BucketAccessConfig } from '../../../app/config';
import { BucketUnreadable } from '../../../app/recordings/bucket';
import { credentialsFor, type AwsCredentials } from '../../../app/recordings/credentials';
import { openS3Bucket } from '../../../app/recordings/s3-bucket';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { OWNER, REGION, Stacks, startTestEmulator, type TestEmulator } from '../../local/aws/support';

const BUCKET = 'recordings-bucket';
const KEY = 'tavus/c1/1700000000000';
const OTHER_ACCOUNT = '444455556666';
const READER = `arn:aws:iam::${OWNER}:role/reader`;

let running: TestEmulator;
const before = { ...process.env };

beforeAll(async () => {
  running = await startTestEmulator();
  const root = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  await root.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await root.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: 'a recording' }));
  await new Stacks(running.emulator).create('reader', {
    Reader: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'reader',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${OWNER}:root` } },
          ],
        },
        Policies: [
          {
            PolicyName: 'read',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` }],
            },
          },
        ],
      },
    },
  });
});
afterAll(() => running.stop());

/** The keys that the SDK finds: those of an account's root, or none. */
function findKeysOf(account: string | undefined): void {
  process.env = { ...before, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  for (const name of Object.keys(process.env)) {
    if (/^AWS_(?:PROFILE|ACCESS|SECRET|SESSION|CONTAINER|EC2|WEB)/.test(name)) delete process.env[name];
  }
  if (account === undefined) return;
  const { accessKeyId, secretAccessKey } = rootOf(running.emulator, account);
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
}
afterEach(() => (process.env = { ...before }));

interface Found {
  readonly warnings: string[];
  readonly credentials: () => Promise<AwsCredentials>;
  readonly keys: () => Promise<readonly string[]>;
}

function find(roleArn?: string): Found {
  const { endpoint, requestHandler } = clientOptions(running.emulator, rootOf(running.emulator, OWNER));
  const location = { bucket: BUCKET, region: REGION, account: OWNER, holdsBucket: undefined };
  const access: BucketAccessConfig = { kind: 'default-chain', ...location, roleArn, asksMachine: false };
  const warnings: string[] = [];
  const credentials = credentialsFor(access, {
    warn: (text) => warnings.push(text),
    requestHandler,
    endpoint,
  });
  return {
    warnings,
    credentials,
    async keys() {
      const bucket = openS3Bucket({ ...location, credentials, requestHandler, endpoint });
      const found: string[] = [];
      for await (const page of bucket.objects('')) found.push(...page.map(({ key }) => key));
      return found;
    },
  };
}

const refusal = async (call: Promise<unknown>): Promise<string> => {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  return error instanceof BucketUnreadable ? `${error.reason}: ${error.message}` : String(error);
};

test('root access keys read the bucket, with one warning', async () => {
  findKeysOf(OWNER);
  const found = find();
  expect(await found.keys()).toEqual([KEY]);
  expect(await found.keys()).toEqual([KEY]);
  expect(found.warnings).toEqual([
    expect.stringContaining('RECORDINGS_ACCESS: finds the access keys of the account root user'),
    expect.stringContaining('RECORDINGS_ACCESS: finds long-lived keys'),
  ]);
  expect(found.warnings.join()).not.toContain(OWNER);
});

test('a reader role is assumed with the found credentials for an hour, and renewed 20 min before the end', async () => {
  findKeysOf(OWNER);
  const found = find(READER);
  expect(await found.keys()).toEqual([KEY]);
  const { sessionToken, expiration } = await found.credentials();
  expect(sessionToken).toBeDefined();
  const leftMin = ((expiration?.getTime() ?? 0) - Date.now()) / 60_000;
  expect(leftMin).toBeGreaterThan(39);
  expect(leftMin).toBeLessThan(41);
});

test('credentials of another account read nothing, regardless of their rights', async () => {
  findKeysOf(OTHER_ACCOUNT);
  expect(await refusal(find().keys())).toMatch(/^denied: .*credentials of account 444455556666/);
  expect(await refusal(find(READER).keys())).toMatch(/^denied: /);
});

test('a role that cannot be assumed is reported as such', async () => {
  findKeysOf(OWNER);
  expect(await refusal(find(`${READER}-2`).keys())).toMatch(/^role-refused: .*AssumeRole/);
});

test('invalid keys do not count as credentials', async () => {
  findKeysOf(OWNER);
  process.env['AWS_SECRET_ACCESS_KEY'] = 'another';
  expect(await refusal(find().keys())).toMatch(/^no-token: .*GetCallerIdentity/);
});

test("without credentials the machine's are not used", async () => {
  findKeysOf(undefined);
  expect(await refusal(find().keys())).toMatch(/^no-token: /);
  expect(process.env['AWS_EC2_METADATA_DISABLED']).toBe('true');
});
