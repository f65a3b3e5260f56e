import { type ExpectedResource, expectationProblems } from './expected';
import { EXISTING_BUCKET, EXISTING_KEY, PINNED, VARIANTS, type Variant } from './helpers';
import { type CfnTemplate, type TemplateObject, madeUpBucket, madeUpName, roleArn, TARGET } from './template';

const PRIVATE: TemplateObject = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

const OWNED: TemplateObject = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] };

const VERSIONED: TemplateObject = { Status: 'Enabled' };

const encryptedBy = (rule: TemplateObject): TemplateObject => ({
  ServerSideEncryptionConfiguration: [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] }, ...rule }],
});

const SSE_S3 = encryptedBy({ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } });

const OWN_KEY = `arn:aws:kms:${TARGET.region}:${TARGET.account}:key/${PINNED.key}`;

const sseKms = (key: string): TemplateObject =>
  encryptedBy({
    BucketKeyEnabled: true,
    ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
  });

const lifecycle = (...rules: TemplateObject[]): TemplateObject => ({
  Rules: rules.map((rule) => ({ ...rule, Status: 'Enabled' })),
});

const bucketPolicyOf = (bucket: string): ExpectedResource => ({
  type: 'AWS::S3::BucketPolicy',
  properties: { Bucket: madeUpBucket(bucket) },
  decidedElsewhere: ['PolicyDocument'],
  survivesItsStack: true,
});

const ROLE: ExpectedResource = {
  type: 'AWS::IAM::Role',
  // Twelve hours: with less Tavus refuses the role when a conversation is created.
  properties: { MaxSessionDuration: 43_200 },
  decidedElsewhere: ['AssumeRolePolicyDocument', 'Policies'],
  survivesItsStack: false,
};

/** Reader and eraser: sessions of an hour. */
const ROLE_FOR_AN_HOUR: ExpectedResource = { ...ROLE, properties: { MaxSessionDuration: 3600 } };

const KEY: ExpectedResource = {
  type: 'AWS::KMS::Key',
  properties: { EnableKeyRotation: true },
  decidedElsewhere: ['KeyPolicy'],
  survivesItsStack: true,
};

const LOG_BUCKET: ExpectedResource = {
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

const recordingsBucket = (encryption: TemplateObject): ExpectedResource => ({
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

/** Without expiry; with an existing bucket there is no bucket for its access log. */
const holdsBucket = (encryption: TemplateObject, isLogged: boolean): ExpectedResource => ({
  type: 'AWS::S3::Bucket',
  properties: {
    BucketEncryption: encryption,
    LifecycleConfiguration: lifecycle({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
    ...(isLogged
      ? {
          LoggingConfiguration: {
            DestinationBucketName: madeUpBucket(PINNED.logBucket),
            LogFilePrefix: 'holds/',
          },
        }
      : {}),
    OwnershipControls: OWNED,
    PublicAccessBlockConfiguration: PRIVATE,
    VersioningConfiguration: VERSIONED,
  },
  survivesItsStack: true,
});

const usesKms = (variant: Variant): boolean => variant === 'kms' || variant === 'kmsWithAll';

function expectedResources(variant: Variant): Readonly<Record<string, ExpectedResource>> {
  const settings = VARIANTS[variant];
  const isOwn = !('existingBucketName' in settings);
  return {
    ...(isOwn ? ownBuckets(variant) : {}),
    [PINNED.role]: ROLE,
    ...('backend' in settings
      ? { [PINNED.readerRole]: ROLE_FOR_AN_HOUR, [PINNED.eraserRole]: ROLE_FOR_AN_HOUR }
      : {}),
    ...('holds' in settings
      ? {
          [PINNED.holdsBucket]: holdsBucket(sseKms(isOwn ? OWN_KEY : EXISTING_KEY), isOwn),
          [PINNED.holdsBucketPolicy]: bucketPolicyOf(PINNED.holdsBucket),
        }
      : {}),
  };
}

function ownBuckets(variant: Variant): Readonly<Record<string, ExpectedResource>> {
  const hasKey = usesKms(variant) || variant === 's3WithKey';
  return {
    [PINNED.bucket]: recordingsBucket(usesKms(variant) ? sseKms(OWN_KEY) : SSE_S3),
    [PINNED.bucketPolicy]: bucketPolicyOf(PINNED.bucket),
    [PINNED.logBucket]: LOG_BUCKET,
    [PINNED.logBucketPolicy]: bucketPolicyOf(PINNED.logBucket),
    ...(hasKey ? { [PINNED.key]: KEY } : {}),
  };
}

/** The backend's expected values, restated for each variant. */
const PROMISES: Readonly<Record<Variant, TemplateObject>> = {
  s3: { ...kept('90', '7'), RecordingsEncryption: 's3' },
  kms: { ...kept('90', '7'), RecordingsEncryption: 'kms', RecordingsKeyArn: OWN_KEY },
  // The key is for old recordings; new ones have SSE-S3.
  s3WithKey: { ...kept('90', '7'), RecordingsEncryption: 's3' },
  existing: {},
  existingKms: { RecordingsEncryption: 'kms', RecordingsKeyArn: EXISTING_KEY },
  s3WithRoles: { ...kept('90', '7'), RecordingsEncryption: 's3' },
  kmsWithAll: { ...kept('90', '7'), RecordingsEncryption: 'kms', RecordingsKeyArn: OWN_KEY },
  existingWithAll: {
    RecordingsRetentionDays: '30',
    RecordingsEncryption: 'kms',
    RecordingsKeyArn: EXISTING_KEY,
  },
};

function kept(retentionDays: string, noncurrentDays: string): TemplateObject {
  return { RecordingsRetentionDays: retentionDays, RecordingsNoncurrentDays: noncurrentDays };
}

function expectedOutputs(variant: Variant): TemplateObject {
  const settings = VARIANTS[variant];
  return {
    TavusRecordingS3BucketName:
      'existingBucketName' in settings ? EXISTING_BUCKET : madeUpBucket(PINNED.bucket),
    TavusRecordingS3BucketRegion: TARGET.region,
    TavusAwsAssumeRoleArn: roleArn(madeUpName(PINNED.role)),
    ...PROMISES[variant],
    ...('backend' in settings
      ? {
          RecordingsReaderRoleArn: roleArn(madeUpName(PINNED.readerRole)),
          EraserRoleArn: roleArn(madeUpName(PINNED.eraserRole)),
        }
      : {}),
    ...('holds' in settings ? { RecordingsHoldsBucketName: madeUpBucket(PINNED.holdsBucket) } : {}),
    Environment: 'dev',
    Account: TARGET.account,
    Region: TARGET.region,
    ContractVersion: '1',
  };
}

/** All differences of the template from the expected values, with their resource; empty without a difference. */
export const propertyProblems = (variant: Variant, template: CfnTemplate): string[] =>
  expectationProblems(template, expectedResources(variant), expectedOutputs(variant));
