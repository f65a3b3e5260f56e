import {
  CreatePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { clientOptions, rootOf } from '../../local/aws/clients';
import { awsClients } from '../../ops/aws/clients';
import { collectResults } from '../../ops/doctor/doctor';
import type { CheckResult } from '../../ops/doctor/check-result';
import { AwsCommands } from '../documents/aws-commands';
import { VENDOR } from '../local/aws/support';
import { deployLaptop, type DeployedLaptop } from './laptop';

/** Faults of a deployed bucket or role, found by the doctor and corrected by the command that it prints. */

let laptop: DeployedLaptop;
let s3: S3Client;
let iam: IAMClient;
let Bucket: string;
let LogBucket: string;
let RoleName: string;
let roleArn: string;

beforeAll(async () => {
  laptop = await deployLaptop('s3');
  s3 = new S3Client(laptop.clientOptions);
  iam = new IAMClient(laptop.clientOptions);
  ({ bucketName: Bucket, roleArn } = laptop.request);
  RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  Object.assign(process.env, laptop.env);
  const logging = await lineOf('bucket-logging');
  LogBucket = /^into ([^,]+),/.exec(logging.found)?.[1] ?? '';
});
afterAll(async () => {
  s3.destroy();
  iam.destroy();
  await laptop.stop();
});

async function lines(): Promise<readonly CheckResult[]> {
  const options = { envFile: undefined, handOver: undefined, createTestConversation: false };
  return collectResults(options, { env: laptop.env, stderr: { write: () => undefined } }, awsClients);
}

async function lineOf(id: string): Promise<CheckResult> {
  const found = (await lines()).find((line) => line.id === id);
  if (found === undefined) throw new Error(`${id}: no such check`);
  return found;
}

/** The failing checks; the emulator does not have S3's account settings. */
const notOk = async (): Promise<string[]> =>
  (await lines())
    .filter(({ status, id }) => status !== 'ok' && id !== 'account-public-access')
    .map(({ id }) => id);

/** Runs a pasted fix, with the role's name inserted. */
async function apply(fix: string | undefined): Promise<void> {
  const text = (fix ?? '').replaceAll('<role>', RoleName).replaceAll('<log bucket>', LogBucket);
  const files = Object.fromEntries(
    [...text.matchAll(/Save as ([\w.-]+): (\{.*\}) Then run/g)].map(([, name = '', json = '']) => [
      name,
      json,
    ]),
  );
  const [, command = text] = /`(aws (?:s3api|iam) (?:put|update|delete)[^`]+)`/.exec(text) ?? [];
  const words = [...command.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
  const aws = new AwsCommands(laptop.clientOptions, files);
  try {
    await aws.run(words);
  } finally {
    aws.close();
  }
}

/** One upload as Tavus's recording vendor does it. */
async function upload(): Promise<string> {
  const sts = new STSClient(clientOptions(laptop.emulator, rootOf(laptop.emulator, VENDOR)));
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'upload', ExternalId: 'tavus' }),
  );
  const session = new S3Client(
    clientOptions(laptop.emulator, {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    }),
  );
  try {
    await session.send(new PutObjectCommand({ Bucket, Key: `tavus/c1/${Date.now()}`, Body: 'x' }));
    return 'landed';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  } finally {
    session.destroy();
    sts.destroy();
  }
}

test('after the deployment every check passes, and an upload succeeds', async () => {
  expect(await notOk()).toEqual([]);
  expect(await upload()).toBe('landed');
});

const lifecycle =
  (...Rules: LifecycleRule[]) =>
  (): Promise<unknown> =>
    s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
const everywhere = { Status: 'Enabled', Filter: { Prefix: '' } } as const;
const EXPIRE: LifecycleRule = { ...everywhere, ID: 'expire', Expiration: { Days: 90 } };
const OLD: LifecycleRule = { ...everywhere, ID: 'old', NoncurrentVersionExpiration: { NoncurrentDays: 7 } };
const MARKERS: LifecycleRule = {
  ...everywhere,
  ID: 'markers',
  Expiration: { ExpiredObjectDeleteMarker: true },
};
const ABORT: LifecycleRule = {
  ...everywhere,
  ID: 'abort',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

type Row = readonly [what: string, wrong: () => Promise<unknown>, id: string, status: string, found: string];

/** Each is corrected only by the command of its fix. */
const ROWS: readonly Row[] = [
  [
    'a lifecycle that keeps newer versions',
    lifecycle(
      EXPIRE,
      { ...OLD, NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 5 } },
      MARKERS,
      ABORT,
    ),
    'bucket-lifecycle',
    'fail',
    'recordings are never completely deleted',
  ],
  [
    'a lifecycle that archives after a day',
    lifecycle(EXPIRE, OLD, MARKERS, ABORT, {
      ...everywhere,
      ID: 'archive',
      Transitions: [{ Days: 1, StorageClass: 'GLACIER' }],
    }),
    'bucket-lifecycle',
    'fail',
    'recordings cannot be played after 1 d',
  ],
  [
    'a lifecycle for other prefixes',
    lifecycle({ ...EXPIRE, Filter: { Prefix: 'logs/' } }, OLD, MARKERS, ABORT),
    'bucket-lifecycle',
    'fail',
    'recordings never expire',
  ],
  [
    'a lifecycle for large objects',
    lifecycle({ ...EXPIRE, Filter: { ObjectSizeGreaterThan: 131_072 } }, OLD, MARKERS, ABORT),
    'bucket-lifecycle',
    'fail',
    'recordings below 131073 bytes never expire',
  ],
  [
    'a lifecycle for tagged objects',
    lifecycle({ ...EXPIRE, Filter: { Tag: { Key: 'a', Value: 'b' } } }, OLD, MARKERS, ABORT),
    'bucket-lifecycle',
    'fail',
    'recordings never expire',
  ],
  [
    'no policy',
    () => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
    'bucket-tls',
    'fail',
    'no bucket policy',
  ],
  [
    'versioning',
    () =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
    'bucket-versioning',
    'fail',
    'Suspended',
  ],
  [
    'public access',
    () =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: { BlockPublicAcls: true },
        }),
      ),
    'bucket-public-access',
    'fail',
    '1 of 4 on',
  ],
  [
    'ownership',
    () =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        }),
      ),
    'bucket-ownership',
    'warn',
    'ObjectWriter',
  ],
  [
    'encryption without a bucket key',
    () =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
          },
        }),
      ),
    'bucket-encryption',
    'warn',
    'no bucket key',
  ],
  [
    'access logs',
    () => s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} })),
    'bucket-logging',
    'warn',
    'off',
  ],
  [
    'copies elsewhere',
    () =>
      s3.send(
        new PutBucketReplicationCommand({
          Bucket,
          ReplicationConfiguration: {
            Role: roleArn,
            Rules: [
              {
                ID: 'copy',
                Priority: 1,
                Filter: { Prefix: '' },
                Status: 'Enabled',
                DeleteMarkerReplication: { Status: 'Disabled' },
                Destination: { Bucket: `arn:aws:s3:::${LogBucket}` },
              },
            ],
          },
        }),
      ),
    'bucket-replication',
    'warn',
    'copies go to ',
  ],
  [
    'a condition in the trust that Tavus cannot meet',
    () =>
      iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${VENDOR}:root` },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'sts:ExternalId': 'tavus', 'aws:SourceAccount': '111122223333' } },
            },
          }),
        }),
      ),
    'role-trust',
    'fail',
    'has a condition that Tavus cannot meet, on aws:sourceaccount',
  ],
  [
    'a session of an hour',
    () => iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 3600 })),
    'role-session',
    'fail',
    '3600 s',
  ],
  [
    // Last, because Object Lock cannot be switched off again.
    'a lock for seven years',
    () =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 7 } },
          },
        }),
      ),
    'bucket-lock',
    'fail',
    'each new recording is locked for 2555 d',
  ],
];

describe('the command of the fix corrects', () => {
  test.each(ROWS)('%s', async (_, wrong, id, status, found) => {
    await wrong();
    const line = await lineOf(id);
    expect(line).toMatchObject({ status, found: expect.stringContaining(found) });
    expect(await notOk()).toEqual([id]);
    await apply(line.fix);
    expect(await notOk()).toEqual([]);
  });
});

describe('a Deny in the bucket policy that denies every upload', () => {
  const policyOf = async (): Promise<{ Statement: Record<string, unknown>[] }> => {
    const { Policy: text = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    return JSON.parse(text);
  };
  const put = (policy: object): Promise<unknown> =>
    s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));

  test.each([
    ['a header', { Null: { 's3:x-amz-server-side-encryption': 'true' } }],
    ['a VPC endpoint', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } }],
  ])(
    'without %s fails the check, denies uploads in the emulator, too, and exempts the role after the fix',
    async (_, Condition) => {
      const before = await policyOf();
      const demand = {
        Sid: 'Demand',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
      };
      await put({ ...before, Statement: [...before.Statement, { ...demand, Condition }] });
      const line = await lineOf('bucket-denials');
      expect(line).toMatchObject({ status: 'fail', found: expect.stringContaining('blocked by Demand') });
      expect(await upload()).toBe('AccessDenied');
      expect(line.fix).toContain('exempt the role with "ArnNotLike":{"aws:PrincipalArn":"<role ARN>"}');
      const spared = { ...Condition, ArnNotLike: { 'aws:PrincipalArn': roleArn } };
      await put({ ...before, Statement: [...before.Statement, { ...demand, Condition: spared }] });
      // The emulator compares with the session, AWS with its role, so an upload cannot show it here.
      expect(await notOk()).toEqual([]);
      await put(before);
    },
  );
});

describe("the cause of a role's missing rights", () => {
  test('can be its boundary, which is named, and passes in the region of the bucket', async () => {
    const bound = async (region: string): Promise<void> => {
      const { Policy: policy } = await iam.send(
        new CreatePolicyCommand({
          PolicyName: `boundary-${region}`,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Action: '*',
              Resource: '*',
              Condition: { StringEquals: { 'aws:RequestedRegion': region } },
            },
          }),
        }),
      );
      await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: policy?.Arn }));
    };
    await bound('eu-west-1');
    expect(await lineOf('role-actions')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining("the role's permissions boundary does not allow s3:ListBucket"),
      fix: expect.stringContaining('Role.PermissionsBoundary'),
    });
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.PermissionsBoundary).toBeDefined();
    await bound('us-east-1');
    expect(await notOk()).toEqual([]);
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  });

  test('can be its own Deny', async () => {
    const PolicyName = 'guard';
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
    });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    expect(await lineOf('role-actions')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining("a Deny in the role's own policies applies to s3:PutObject"),
    });
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    expect(await notOk()).toEqual([]);
  });
});
