import { type Expected, expectationProblems } from './expected';
import { EXISTING_BUCKET, PINNED, VARIANTS, type Variant } from './helpers';
import { type CfnTemplate, type JsonObject, madeUpBucket, madeUpName, roleArn, TARGET } from './template';

const PRIVATE: JsonObject = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

const OWNED: JsonObject = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] };

const VERSIONED: JsonObject = { Status: 'Enabled' };

const encryptedBy = (rule: JsonObject): JsonObject => ({
  ServerSideEncryptionConfiguration: [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] }, ...rule }],
});

const SSE_S3 = encryptedBy({ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } });

const SSE_KMS = encryptedBy({
  BucketKeyEnabled: true,
  ServerSideEncryptionByDefault: {
    SSEAlgorithm: 'aws:kms',
    KMSMasterKeyID: `arn:aws:kms:${TARGET.region}:${TARGET.account}:key/${PINNED.key}`,
  },
});

const lifecycle = (...rules: JsonObject[]): JsonObject => ({
  Rules: rules.map((rule) => ({ ...rule, Status: 'Enabled' })),
});

const bucketPolicyOf = (bucket: string): Expected => ({
  type: 'AWS::S3::BucketPolicy',
  properties: { Bucket: madeUpBucket(bucket) },
  decidedElsewhere: ['PolicyDocument'],
  survivesItsStack: true,
});

const ROLE: Expected = {
  type: 'AWS::IAM::Role',
  // Twelve hours: with less the vendor refuses the role when a conversation is created.
  properties: { MaxSessionDuration: 43_200 },
  decidedElsewhere: ['AssumeRolePolicyDocument', 'Policies'],
  survivesItsStack: false,
};

const KEY: Expected = {
  type: 'AWS::KMS::Key',
  properties: { EnableKeyRotation: true },
  decidedElsewhere: ['KeyPolicy'],
  survivesItsStack: true,
};

const LOG_BUCKET: Expected = {
  type: 'AWS::S3::Bucket',
  properties: {
    BucketEncryption: SSE_S3,
    LifecycleConfiguration: lifecycle(
      { ExpirationInDays: 365 },
      { NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
      { ExpiredObjectDeleteMarker: true },
    ),
    OwnershipControls: OWNED,
    PublicAccessBlockConfiguration: PRIVATE,
    VersioningConfiguration: VERSIONED,
  },
  survivesItsStack: true,
};

const recordingsBucket = (encryption: JsonObject): Expected => ({
  type: 'AWS::S3::Bucket',
  properties: {
    BucketEncryption: encryption,
    LifecycleConfiguration: lifecycle(
      { ExpirationInDays: 90 },
      { NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
      { ExpiredObjectDeleteMarker: true },
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    ),
    LoggingConfiguration: {
      DestinationBucketName: madeUpBucket(PINNED.logBucket),
      LogFilePrefix: 'recordings/',
    },
    OwnershipControls: OWNED,
    PublicAccessBlockConfiguration: PRIVATE,
    VersioningConfiguration: VERSIONED,
  },
  survivesItsStack: true,
});

function expectedResources(variant: Variant): Readonly<Record<string, Expected>> {
  const settings = VARIANTS[variant];
  if ('existingBucketName' in settings) return { [PINNED.role]: ROLE };
  return {
    [PINNED.bucket]: recordingsBucket(variant === 'kms' ? SSE_KMS : SSE_S3),
    [PINNED.bucketPolicy]: bucketPolicyOf(PINNED.bucket),
    [PINNED.logBucket]: LOG_BUCKET,
    [PINNED.logBucketPolicy]: bucketPolicyOf(PINNED.logBucket),
    [PINNED.role]: ROLE,
    ...(variant === 's3' ? {} : { [PINNED.key]: KEY }),
  };
}

function expectedOutputs(variant: Variant): JsonObject {
  return {
    TavusRecordingS3BucketName:
      'existingBucketName' in VARIANTS[variant] ? EXISTING_BUCKET : madeUpBucket(PINNED.bucket),
    TavusRecordingS3BucketRegion: TARGET.region,
    TavusAwsAssumeRoleArn: roleArn(madeUpName(PINNED.role)),
    Environment: 'dev',
    Account: TARGET.account,
    Region: TARGET.region,
    ContractVersion: '1',
  };
}

/** Every property of the template that is not as promised, named by what it belongs to; none when all are. */
export const propertyProblems = (variant: Variant, template: CfnTemplate): string[] =>
  expectationProblems(template, expectedResources(variant), expectedOutputs(variant));
