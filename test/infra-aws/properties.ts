import { isDeepStrictEqual } from 'node:util';
import { EXISTING_BUCKET, PINNED, VARIANTS, type Variant } from './helpers';
import { type CfnTemplate, isObject, type Json, type JsonObject, resolve, TARGET } from './template';

/** What one resource must be, rule by rule; the values are restated here, not imported. */
interface Expected {
  readonly type: string;
  /** Property by property; policies are judged by decisions instead. */
  readonly properties: JsonObject;
  readonly decidedElsewhere?: readonly string[];
  readonly survivesItsStack: boolean;
}

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
  properties: { Bucket: bucket.toLowerCase() },
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
      DestinationBucketName: PINNED.logBucket.toLowerCase(),
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
      'existingBucketName' in VARIANTS[variant] ? EXISTING_BUCKET : PINNED.bucket.toLowerCase(),
    TavusRecordingS3BucketRegion: TARGET.region,
    TavusAwsAssumeRoleArn: `arn:aws:iam::${TARGET.account}:role/${PINNED.role}`,
    Environment: 'dev',
    Account: TARGET.account,
    Region: TARGET.region,
    ContractVersion: '1',
  };
}

/** Ids of lifecycle rules are names, nothing more. */
function withoutIds(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === 'Id' ? [] : [[key, withoutIds(item)]])),
  );
}

/** Every property of the template that is not as promised, named by what it belongs to; none when all are. */
export function propertyProblems(variant: Variant, template: CfnTemplate): string[] {
  const problems: string[] = [];
  const same = (what: string, found: Json | undefined, expected: Json | undefined): void => {
    if (!isDeepStrictEqual(found, expected)) {
      problems.push(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`);
    }
  };
  const { Resources: resources } = template;
  const expected = expectedResources(variant);
  same('logical ids', Object.keys(resources).toSorted(), Object.keys(expected).toSorted());
  // What points to a missing resource could not be resolved below.
  if (problems.length > 0) return problems;

  for (const [id, { type, properties, decidedElsewhere, survivesItsStack }] of Object.entries(expected)) {
    const resource = resources[id];
    const found = resource?.Properties ?? {};
    same(`${id} type`, resource?.Type, type);
    same(`${id} on delete`, resource?.DeletionPolicy, survivesItsStack ? 'RetainExceptOnCreate' : undefined);
    same(`${id} on replacement`, resource?.UpdateReplacePolicy, survivesItsStack ? 'Retain' : undefined);
    same(
      `${id} properties`,
      Object.keys(found).toSorted(),
      [...Object.keys(properties), ...(decidedElsewhere ?? [])].toSorted(),
    );
    for (const [name, value] of Object.entries(properties)) {
      const property = found[name];
      same(
        `${id}.${name}`,
        property === undefined ? undefined : withoutIds(resolve(property, resources)),
        value,
      );
    }
  }
  const outputs = Object.entries(template.Outputs).map(
    ([id, { Value }]) => [id, resolve(Value, resources)] as const,
  );
  same('outputs', Object.fromEntries(outputs), expectedOutputs(variant));
  return problems;
}
