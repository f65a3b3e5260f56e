import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand, UpdateRoleCommand } from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { checkDeployment } from '../../local/deployment-checks';
import { deployLaptop, type DeployedLaptop } from './laptop';

let laptop: DeployedLaptop;
let s3: S3Client;
let iam: IAMClient;
let RoleName: string;
let buckets: Readonly<Record<'recordings' | 'logs', string>>;

beforeAll(async () => {
  laptop = await deployLaptop('s3');
  s3 = new S3Client(laptop.clientOptions);
  iam = new IAMClient(laptop.clientOptions);
  const { bucketName, roleArn } = laptop.request;
  RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const { LoggingEnabled: target } = await s3.send(new GetBucketLoggingCommand({ Bucket: bucketName }));
  buckets = { recordings: bucketName, logs: target?.TargetBucket ?? '' };
});
afterAll(async () => {
  s3.destroy();
  iam.destroy();
  await laptop.stop();
});

/** Changes one property of the deployment; returns a function that restores it. */
type Change = (Bucket: string) => Promise<() => Promise<unknown>>;

const block = (all: boolean, Bucket: string): PutPublicAccessBlockCommand =>
  new PutPublicAccessBlockCommand({
    Bucket,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: all,
      RestrictPublicBuckets: true,
    },
  });
const own = (
  ObjectOwnership: 'BucketOwnerEnforced' | 'ObjectWriter',
  Bucket: string,
): PutBucketOwnershipControlsCommand =>
  new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } });
const version = (Status: 'Enabled' | 'Suspended', Bucket: string): PutBucketVersioningCommand =>
  new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } });

interface Policy {
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Condition?: object | undefined;
  }[];
}
const parsed = (text: string | undefined): Policy => JSON.parse(decodeURIComponent(text ?? ''));

/** Properties of both buckets. */
const OF_A_BUCKET: readonly (readonly [what: string, change: Change])[] = [
  [
    'encryption',
    async (Bucket) => {
      const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      const put = (configuration: typeof ServerSideEncryptionConfiguration): Promise<unknown> =>
        s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: configuration }));
      await put({ Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] });
      return () => put(ServerSideEncryptionConfiguration);
    },
  ],
  [
    'versioning',
    async (Bucket) => {
      await s3.send(version('Suspended', Bucket));
      return () => s3.send(version('Enabled', Bucket));
    },
  ],
  [
    'Block Public Access',
    async (Bucket) => {
      await s3.send(block(false, Bucket));
      return () => s3.send(block(true, Bucket));
    },
  ],
  [
    'ownership',
    async (Bucket) => {
      await s3.send(own('ObjectWriter', Bucket));
      return () => s3.send(own('BucketOwnerEnforced', Bucket));
    },
  ],
  [
    'policy',
    async (Bucket) => {
      const { Policy: before } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      const policy = parsed(before);
      const open = policy.Statement.filter(({ Condition }) => !JSON.stringify(Condition).includes('Secure'));
      const put = (Policy: string | undefined): Promise<unknown> =>
        s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      await put(JSON.stringify({ ...policy, Statement: open }));
      return () => put(before);
    },
  ],
  [
    'lifecycle',
    async (Bucket) => {
      const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      const put = (rules: typeof Rules): Promise<unknown> =>
        s3.send(
          new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules } }),
        );
      await put(Rules.filter(({ Expiration }) => Expiration?.Days === undefined));
      return () => put(Rules);
    },
  ],
];

const LOGGING: Change = async (Bucket) => {
  const { LoggingEnabled } = await s3.send(new GetBucketLoggingCommand({ Bucket }));
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }));
  return () => s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
};

/** Writes objects; returns a function that removes their versions. */
const write =
  (...keys: readonly string[]): Change =>
  async (Bucket) => {
    const written: { Key: string; VersionId: string | undefined }[] = [];
    for (const Key of keys) {
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      written.push({ Key, VersionId });
    }
    return () => Promise.all(written.map((one) => s3.send(new DeleteObjectCommand({ Bucket, ...one }))));
  };
const RECORDING = 'tavus/c0ffee/1790000000000';

/** Properties of the role. */
const TRUST: Change = async () => {
  const { Role: role } = await iam.send(new GetRoleCommand({ RoleName }));
  const policy = parsed(role?.AssumeRolePolicyDocument);
  const put = (trust: Policy): Promise<unknown> =>
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(trust) }));
  await put({
    ...policy,
    Statement: policy.Statement.map((statement) => ({ ...statement, Condition: undefined })),
  });
  return () => put(policy);
};
const SESSION: Change = async () => {
  await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 3_600 }));
  return () => iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 43_200 }));
};
const RIGHTS: Change = async () => {
  const { PolicyNames: [PolicyName] = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const { PolicyDocument: before } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  const policy = parsed(before);
  const put = (rights: Policy): Promise<unknown> =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(rights) }));
  const Statement = policy.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((action) => action !== 's3:PutObject'),
  }));
  await put({ ...policy, Statement });
  return () => put(policy);
};

const IDS: Readonly<Record<string, string>> = {
  encryption: 'bucket-encryption',
  versioning: 'bucket-versioning',
  'Block Public Access': 'bucket-public-access',
  ownership: 'bucket-ownership',
  policy: 'bucket-tls',
  lifecycle: 'bucket-lifecycle',
};

/** The expected failure: its id, and a part of its text. */
const ROWS: readonly (readonly [string, 'recordings' | 'logs', Change, string, string])[] = [
  ...OF_A_BUCKET.map(
    ([what, change]) => [`recordings bucket: ${what}`, 'recordings', change, IDS[what] ?? '', ''] as const,
  ),
  ['recordings bucket: access log', 'recordings', LOGGING, 'bucket-logging', 'off'],
  ...OF_A_BUCKET.map(
    ([what, change]) => [`log bucket: ${what}`, 'logs', change, 'log-bucket', `: ${what}: `] as const,
  ),
  [
    'recordings bucket: an overwritten recording',
    'recordings',
    write(RECORDING, RECORDING),
    'bucket-overwritten',
    `1 overwritten: ${RECORDING} version `,
  ],
  [
    'recordings bucket: other content',
    'recordings',
    write('customers/one', RECORDING),
    'bucket-other-content',
    '1 of 2 names at the top of the bucket are not tavus/, such as "customers/"',
  ],
  ['role: who may assume it', 'recordings', TRUST, 'role-trust', 'does not require sts:ExternalId'],
  ['role: longest session', 'recordings', SESSION, 'role-session', '3600 s'],
  ['role: what it may do', 'recordings', RIGHTS, 'role-actions', 's3:PutObject'],
];

async function failing(): Promise<(readonly [string, string])[]> {
  const checks = await checkDeployment(laptop.emulator, laptop.request, 's3');
  return checks.filter(({ state }) => state === 'failed').map(({ id, found }) => [id, found] as const);
}

test('after the deployment no check fails', async () => {
  expect(await failing()).toEqual([]);
});

test.each(ROWS)('%s: another value causes its own failure', async (_, bucket, change, id, found) => {
  const putBack = await change(buckets[bucket]);
  const failed = await failing();
  await putBack();
  expect(failed).toEqual([[id, expect.stringContaining(found)]]);
  expect(await failing()).toEqual([]);
});
