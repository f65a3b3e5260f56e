import type { DeployedPolicies } from '../deployed';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../simulate';
import { bucketArn } from '../template';
import {
  administratorOf,
  ANONYMOUS,
  COLLEAGUE,
  HTTP,
  HTTPS,
  OTHER_ACCOUNT,
  OUR_ADMINISTRATOR,
  RECORDING,
  tls,
  VENDOR_ACCOUNT,
  vendorSession,
} from './callers';

/** The vendor's eight actions by resource level, restated from Tavus's recordings page. */
export const BUCKET_LEVEL = ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'];
export const OBJECT_LEVEL = [
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListMultipartUploadParts',
  's3:PutObject',
];

export const FORBIDDEN_ON_OBJECTS = [
  's3:BypassGovernanceRetention',
  's3:DeleteObject',
  's3:DeleteObjectTagging',
  's3:DeleteObjectVersion',
  's3:GetObjectAcl',
  's3:GetObjectTagging',
  's3:PutObjectAcl',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
  's3:PutObjectTagging',
  's3:PutObjectVersionAcl',
  's3:RestoreObject',
];

export const FORBIDDEN_ON_BUCKET = [
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:GetBucketLogging',
  's3:GetBucketPolicy',
  's3:GetLifecycleConfiguration',
  's3:ListTagsForResource',
  's3:PutBucketAcl',
  's3:PutBucketLogging',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketTagging',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
];

/** The vendor session's rights on the recordings, which no one else has. */
export function bucketDecisions(deployed: DeployedPolicies): Decision[] {
  const { bucketArn: bucket, logBucketArn: logs, logBucketPolicy } = deployed;
  const object = `${bucket}/${RECORDING}`;
  const ask = (
    name: string,
    expected: SimulatedOutcome,
    action: string,
    request: Partial<SimulatedRequest> = {},
  ): Decision => ({
    name: `bucket: ${name}, ${action}`,
    expected,
    requests: [
      {
        ...vendorSession(deployed),
        action,
        resource: object,
        resourcePolicy: deployed.bucketPolicy,
        context: HTTPS,
        ...request,
      },
    ],
  });
  const foreign = { resource: bucketArn('somebody-elses'), resourcePolicy: undefined };
  return [
    ...BUCKET_LEVEL.map((action) => ask('the vendor', 'allowed', action, { resource: bucket })),
    ...OBJECT_LEVEL.map((action) => ask('the vendor', 'allowed', action)),
    ...BUCKET_LEVEL.map((action) => ask('the vendor, of an object', 'impossible', action)),
    ...OBJECT_LEVEL.map((action) =>
      ask('the vendor, of the bucket', 'impossible', action, { resource: bucket }),
    ),
    ask('the vendor probing the root', 'allowed', 's3:PutObject', {
      resource: `${bucket}/daily-co-test-upload.txt`,
    }),
    ...FORBIDDEN_ON_OBJECTS.map((action) => ask('the vendor', 'denied', action)),
    ...FORBIDDEN_ON_BUCKET.map((action) => ask('the vendor', 'denied', action, { resource: bucket })),
    ...[...BUCKET_LEVEL, 's3:DeleteBucket', 's3:PutBucketPolicy'].flatMap((action) => [
      ask('the vendor, another bucket', 'denied', action, foreign),
      ask('the vendor, the logs', 'denied', action, { resource: logs, resourcePolicy: logBucketPolicy }),
    ]),
    ...OBJECT_LEVEL.flatMap((action) => [
      ask('the vendor, in another bucket', 'denied', action, {
        ...foreign,
        resource: `${foreign.resource}/${RECORDING}`,
      }),
      ask('the vendor, in the logs', 'denied', action, {
        resource: `${logs}/recordings/x`,
        resourcePolicy: logBucketPolicy,
      }),
    ]),
    ask('the vendor, a bucket whose name begins like ours', 'denied', 's3:PutObject', {
      ...foreign,
      resource: `${bucket}-2/${RECORDING}`,
    }),
    ask('the vendor', 'denied', 's3:CreateBucket', { ...foreign, resource: bucketArn('new-bucket') }),
    ask('the vendor, its own role', 'denied', 'iam:PutRolePolicy', {
      resource: deployed.roleArn,
      resourcePolicy: undefined,
      context: {},
    }),
    ...['s3:GetObject', 's3:PutObject', 's3:DeleteObject'].flatMap((action) => [
      ask('our administrator', 'allowed', action, OUR_ADMINISTRATOR),
      ask('a colleague without rights', 'denied', action, COLLEAGUE),
      ask('an anonymous caller', 'denied', action, ANONYMOUS),
      ask('another account', 'denied', action, administratorOf(OTHER_ACCOUNT)),
      ask("the vendor's account without the role", 'denied', action, administratorOf(VENDOR_ACCOUNT)),
    ]),
    ask('an anonymous caller', 'denied', 's3:ListBucket', { ...ANONYMOUS, resource: bucket }),
    ask('another account', 'denied', 's3:ListBucket', {
      ...administratorOf(OTHER_ACCOUNT),
      resource: bucket,
    }),
  ];
}

const CONNECTIONS = [
  { by: 'http', context: HTTP, expected: 'denied' },
  { by: 'TLS 1.0', context: tls('1.0'), expected: 'denied' },
  { by: 'TLS 1.1', context: tls('1.1'), expected: 'denied' },
  { by: 'TLS 1.2', context: tls('1.2'), expected: 'allowed' },
  { by: 'TLS 1.3', context: tls('1.3'), expected: 'allowed' },
] as const;

/** All buckets of the stack, both levels: even our administrator is denied with an old TLS version. */
export function connectionDecisions(deployed: DeployedPolicies): Decision[] {
  const places = [
    { where: 'recordings', arn: deployed.bucketArn, policy: deployed.bucketPolicy },
    { where: 'logs', arn: deployed.logBucketArn, policy: deployed.logBucketPolicy },
    { where: 'holds', arn: deployed.holdsBucketArn, policy: deployed.holdsBucketPolicy },
  ].filter(({ policy }) => policy !== undefined);
  const asked = (
    where: string,
    arn: string,
    resourcePolicy: SimulatedRequest['resourcePolicy'],
    caller: Pick<SimulatedRequest, 'principal' | 'identity'>,
    who: string,
  ): Decision[] =>
    CONNECTIONS.flatMap(({ by, context, expected }) =>
      [
        { action: 's3:ListBucket', resource: arn },
        { action: 's3:GetObject', resource: `${arn}/${RECORDING}` },
        { action: 's3:PutObject', resource: `${arn}/${RECORDING}` },
      ].map((request) => ({
        name: `connection: ${who}, ${request.action} in ${where} by ${by}`,
        expected,
        requests: [{ ...caller, ...request, resourcePolicy, context }],
      })),
    );
  return [
    ...places.flatMap(({ where, arn, policy }) =>
      asked(where, arn, policy, OUR_ADMINISTRATOR, 'our administrator'),
    ),
    ...(deployed.bucketPolicy === undefined
      ? []
      : asked(
          'recordings',
          deployed.bucketArn,
          deployed.bucketPolicy,
          vendorSession(deployed),
          'the vendor',
        )),
  ];
}
