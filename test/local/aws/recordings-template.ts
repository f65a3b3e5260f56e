import { OWNER, REGION, VENDOR } from './support';
import type { TemplateResource, TemplateResources } from './support';

export const BUCKET = 'recordings-bucket';
export const LOG_BUCKET = 'log-bucket';

const bucketArn = `arn:aws:s3:::${BUCKET}`;
const everything = (arn: string): string[] => [arn, `${arn}/*`];

/** The log bucket, with only the properties that access logging needs. */
export const logBucket: TemplateResource = {
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName: LOG_BUCKET },
};

/** A bucket with all properties of the recordings bucket. @param key customer key for its encryption */
export function recordingsBucket(key?: unknown): TemplateResource {
  const byDefault =
    key === undefined ? { SSEAlgorithm: 'AES256' } : { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key };
  return {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: BUCKET,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: byDefault,
            BucketKeyEnabled: key !== undefined,
            BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
          },
        ],
      },
      LifecycleConfiguration: {
        Rules: [
          { Id: 'expire', Status: 'Enabled', ExpirationInDays: 90, Prefix: 'tavus/' },
          {
            Id: 'noncurrent',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 2 },
          },
          { Id: 'markers', Status: 'Disabled', ExpiredObjectDeleteMarker: true },
          { Id: 'abort', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } },
        ],
      },
      LoggingConfiguration: { DestinationBucketName: { Ref: 'Logs' }, LogFilePrefix: 'access/' },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      Tags: [{ Key: 'purpose', Value: 'recordings' }],
      VersioningConfiguration: { Status: 'Enabled' },
    },
  };
}

const tlsOnly: TemplateResource = {
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: 'Recordings' },
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: everything(bucketArn),
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
};

/** Rights of the role on the key. S3 needs both for multipart uploads and reads. */
export type KeyRights = readonly ('kms:GenerateDataKey' | 'kms:Decrypt')[];

/** The vendor's role: account, ExternalId, twelve hours, eight actions, and rights on the key only through S3. */
export function tavusRole(keyRights: KeyRights = []): TemplateResource {
  const statements = [
    {
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'],
      Resource: bucketArn,
    },
    {
      Effect: 'Allow',
      Action: [
        's3:AbortMultipartUpload',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ],
      Resource: `${bucketArn}/*`,
    },
    ...keyRights.map((action) => ({
      Effect: 'Allow',
      Action: action,
      Resource: { 'Fn::GetAtt': ['Key', 'Arn'] },
      Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } },
    })),
  ];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'tavus',
      AssumeRolePolicyDocument: trust({ StringEquals: { 'sts:ExternalId': 'tavus' } }),
      MaxSessionDuration: 43_200,
      Policies: [
        { PolicyName: 'recordings', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      ],
    },
  };
}

/** A trust policy for the vendor. */
export function trust(condition?: unknown) {
  const allow = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:aws:iam::${VENDOR}:root` },
    ...(condition === undefined ? {} : { Condition: condition }),
  };
  return { Version: '2012-10-17', Statement: [allow] };
}

/** A customer key whose policy delegates to the owner's IAM, as the CDK writes it. */
export const key: TemplateResource = {
  Type: 'AWS::KMS::Key',
  Properties: {
    EnableKeyRotation: true,
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWNER}:root` }, Action: 'kms:*', Resource: '*' },
      ],
    },
  },
};

/** A small recordings stack: with SSE-S3, or with a customer key if `keyRights` is given. */
export function recordingsStack(keyRights?: KeyRights): TemplateResources {
  const shared = { Logs: logBucket, Policy: tlsOnly, Role: tavusRole(keyRights) };
  if (keyRights === undefined) return { ...shared, Recordings: recordingsBucket() };
  return { ...shared, Key: key, Recordings: recordingsBucket({ 'Fn::GetAtt': ['Key', 'Arn'] }) };
}
