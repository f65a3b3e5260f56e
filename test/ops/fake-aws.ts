import { BackupClient } from '@aws-sdk/client-backup';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { defined } from '../../contract/defined';
import type { AwsClients, StackClients } from '../../ops/aws/clients';
import type { RequestingRole } from '../../ops/doctor/policy/vendor-request';

export const ACCOUNT = '111122223333';
export const BUCKET = 'acme-recordings';
export const LOG_BUCKET = 'acme-access-logs';
export const REGION = 'us-east-1';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/recordings/TavusRole-1A2B3C`;
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b2c3d`;

/** AWS's responses by command name; errors are thrown. Any other command is unexpected. */
export type FakeAwsAnswers = Readonly<
  Record<string, object | Error | ((input: Readonly<Record<string, unknown>>) => object)>
>;

/** An error as the SDK creates it from AWS's response. */
export const awsError = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(`${name}: User: ${ROLE_ARN} is not authorized`), {
    name,
    $metadata: { httpStatusCode },
  });

export const ACCESS_DENIED = awsError('AccessDenied', 403);

/** Makes a client return these responses without signing or sending. */
function answering<Client extends object>(client: Client, answers: FakeAwsAnswers): Client {
  const send = async (command: { readonly input: object }): Promise<object> => {
    const { name } = command.constructor;
    const answer = answers[name];
    if (answer === undefined) throw new Error(`${name} was not expected`);
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(Object.fromEntries(Object.entries(command.input))) : answer;
  };
  return Object.assign(client, { send });
}

const OPTIONS = { region: REGION, credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' } };

/** SDK clients without a network. */
export function fakeAws(answers: FakeAwsAnswers): AwsClients {
  const s3 = (): S3Client => answering(new S3Client(OPTIONS), answers);
  return {
    s3: s3(),
    iam: answering(new IAMClient(OPTIONS), answers),
    sts: answering(new STSClient(OPTIONS), answers),
    backup: answering(new BackupClient(OPTIONS), answers),
    kms: () => answering(new KMSClient(OPTIONS), answers),
    cloudFormation: (region = REGION) => answering(new CloudFormationClient({ ...OPTIONS, region }), answers),
    s3At: s3,
    close: () => undefined,
  };
}

export function fakeStackClients(answers: FakeAwsAnswers, region?: string): StackClients {
  const cloudFormation = new CloudFormationClient({
    ...OPTIONS,
    region: region ?? (async (): Promise<string> => Promise.reject(new Error('Region is missing'))),
  });
  return {
    cloudFormation: answering(cloudFormation, answers),
    sts: answering(new STSClient(OPTIONS), answers),
    close: () => undefined,
  };
}

const allow = (Action: string | readonly string[], Resource: string, Condition?: object): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...defined({ Condition }),
});

/** Tavus's requirements, restated from its documentation (read 2026-11-22) instead of imported. */
export const TRUST = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::291871421005:root' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': 'tavus' } },
  },
};

const ROLE_POLICY = {
  Version: '2012-10-17',
  Statement: [
    allow(
      ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'],
      `arn:aws:s3:::${BUCKET}`,
    ),
    allow(
      [
        's3:AbortMultipartUpload',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ],
      `arn:aws:s3:::${BUCKET}/*`,
    ),
    allow(['kms:GenerateDataKey', 'kms:Decrypt'], KEY_ARN, {
      StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` },
    }),
  ],
};

const deny = (Condition: object): object => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:*',
  Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
  Condition,
});

export const BUCKET_POLICY = {
  Version: '2012-10-17',
  Statement: [
    deny({ Bool: { 'aws:SecureTransport': 'false' } }),
    deny({ NumericLessThan: { 's3:TlsVersion': '1.2' } }),
  ],
};

export const LIFECYCLE = [
  { ID: 'a', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 90 } },
  { ID: 'b', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
  { ID: 'c', Status: 'Enabled', Filter: {}, Expiration: { ExpiredObjectDeleteMarker: true } },
  {
    ID: 'd',
    Status: 'Enabled',
    Prefix: 'tavus/',
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  },
] as const;

export const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

export const encoded = (document: object): string => encodeURIComponent(JSON.stringify(document));

export const ROLE = {
  Arn: ROLE_ARN,
  RoleId: 'AROAEXAMPLE',
  AssumeRolePolicyDocument: encoded(TRUST),
  MaxSessionDuration: 43_200,
};

/** The role as the doctor reads it. */
export const WRITER: RequestingRole = {
  arn: ROLE_ARN,
  account: ACCOUNT,
  id: ROLE.RoleId,
  tags: { team: 'video' },
  bucketRegion: REGION,
};

/** The statement that lets S3 deliver access logs. */
const LOG_DELIVERY = {
  Effect: 'Allow',
  Principal: { Service: 'logging.s3.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${LOG_BUCKET}/recordings/*`,
};

/** The same denials for the log bucket, and the right to deliver. */
const LOG_BUCKET_POLICY = {
  Version: '2012-10-17',
  Statement: [
    ...BUCKET_POLICY.Statement.map((statement) => ({
      ...statement,
      Resource: [`arn:aws:s3:::${LOG_BUCKET}`, `arn:aws:s3:::${LOG_BUCKET}/*`],
    })),
    LOG_DELIVERY,
  ],
};

/** Answers for the log bucket, and for any other. */
const byBucket =
  (recordings: object, logs: object) =>
  ({ Bucket: bucket }: Readonly<Record<string, unknown>>): object =>
    bucket === LOG_BUCKET ? logs : recordings;

const encryption = (rule: object): object => ({ ServerSideEncryptionConfiguration: { Rules: [rule] } });

/** The hand-over of `cdk deploy` for the environment `prod`. */
export const HANDED_OVER: Readonly<Record<string, string>> = {
  TavusRecordingS3BucketName: BUCKET,
  TavusRecordingS3BucketRegion: REGION,
  TavusAwsAssumeRoleArn: ROLE_ARN,
  Environment: 'prod',
  Account: ACCOUNT,
  Region: REGION,
  ContractVersion: '1',
};

/** CloudFormation's response about the stack of `prod`. */
export const stackIn = (StackStatus: string, { outputs = HANDED_OVER, isProtected = true } = {}): object => ({
  Stacks: [
    {
      StackStatus,
      EnableTerminationProtection: isProtected,
      Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    },
  ],
});

/** A correct configuration with a customer key. */
export const HEALTHY: FakeAwsAnswers = {
  GetCallerIdentityCommand: { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/operator` },
  DescribeStacksCommand: stackIn('CREATE_COMPLETE'),
  HeadBucketCommand: { BucketRegion: REGION },
  GetBucketEncryptionCommand: byBucket(
    encryption({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
      BucketKeyEnabled: true,
    }),
    encryption({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }),
  ),
  GetBucketOwnershipControlsCommand: {
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  },
  GetBucketLoggingCommand: { LoggingEnabled: { TargetBucket: LOG_BUCKET, TargetPrefix: 'recordings/' } },
  GetBucketVersioningCommand: { Status: 'Enabled' },
  GetPublicAccessBlockCommand: { PublicAccessBlockConfiguration: ALL_BLOCKED },
  GetBucketPolicyCommand: byBucket(
    { Policy: JSON.stringify(BUCKET_POLICY) },
    { Policy: JSON.stringify(LOG_BUCKET_POLICY) },
  ),
  GetBucketLifecycleConfigurationCommand: { Rules: LIFECYCLE },
  GetObjectLockConfigurationCommand: awsError('ObjectLockConfigurationNotFoundError', 404),
  GetBucketReplicationCommand: awsError('ReplicationConfigurationNotFoundError', 404),
  ListObjectVersionsCommand: {},
  ListObjectsV2Command: { CommonPrefixes: [{ Prefix: 'tavus/' }] },
  GetRoleCommand: { Role: ROLE },
  SimulatePrincipalPolicyCommand: ({ ActionNames: actions }) => ({
    EvaluationResults: (Array.isArray(actions) ? actions : []).map((name: unknown) => ({
      EvalActionName: name,
      EvalDecision: /Delete|Policy|Acl/.test(String(name)) ? 'implicitDeny' : 'allowed',
    })),
  }),
  ListRolePoliciesCommand: { PolicyNames: ['Recordings'] },
  ListAttachedRolePoliciesCommand: { AttachedPolicies: [] },
  GetRolePolicyCommand: { PolicyDocument: encoded(ROLE_POLICY) },
  DescribeKeyCommand: { KeyMetadata: { Arn: KEY_ARN, KeyState: 'Enabled', KeyManager: 'CUSTOMER' } },
  GetKeyPolicyCommand: {
    Policy: JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    }),
  },
};
