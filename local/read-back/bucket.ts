import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { at, isObject, listed, parseJson, textOf, toJson, type Json, type JsonObject } from '../json';
import { policyForm, policySummary, type Comparison } from './comparison';

/** What a bucket should be: its resolved template properties and those of its policy. */
export interface ExpectedBucket {
  readonly id: string;
  /** What people call it: "recordings bucket". */
  readonly label: string;
  readonly name: string;
  readonly properties: JsonObject;
  readonly policy: Json;
}

/** The answer of a read, or null when S3 says that there is no such configuration. */
async function read(request: Promise<unknown>): Promise<Json> {
  try {
    return toJson(await request);
  } catch (error) {
    if (error instanceof Error && /^NoSuch|NotFound/.test(error.name)) return null;
    throw error;
  }
}

/** Reads a bucket's configuration back through S3's API, beside what the template asked for. */
export async function compareBucket(s3: S3Client, bucket: ExpectedBucket): Promise<Comparison[]> {
  const Bucket = bucket.name;
  const [encryption, versioning, access, ownership, policy, lifecycle, logging] = await Promise.all([
    read(s3.send(new GetBucketEncryptionCommand({ Bucket }))),
    read(s3.send(new GetBucketVersioningCommand({ Bucket }))),
    read(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
    read(s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))),
    read(s3.send(new GetBucketPolicyCommand({ Bucket }))),
    read(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
    read(s3.send(new GetBucketLoggingCommand({ Bucket }))),
  ]);
  const { properties } = bucket;
  const compare = (
    what: string,
    label: string,
    comparison: Pick<Comparison, 'expected' | 'found' | 'summary' | 'enforcedBy'>,
  ): Comparison => ({ id: `${bucket.id}-${what}`, checked: `${bucket.label}: ${label}`, ...comparison });
  const comparisons = [
    compare('encryption', 'default encryption', {
      expected: encryptionForm(at(properties.BucketEncryption, 'ServerSideEncryptionConfiguration')),
      found: encryptionForm(at(at(encryption, 'ServerSideEncryptionConfiguration'), 'Rules')),
      summary: encryptionSummary,
      enforcedBy: 'emulator',
    }),
    compare('versioning', 'versioning', {
      expected: at(properties.VersioningConfiguration, 'Status'),
      found: at(versioning, 'Status'),
      summary: textOf,
      enforcedBy: 'emulator',
    }),
    compare('public-access', 'Block Public Access', {
      expected: properties.PublicAccessBlockConfiguration ?? null,
      found: at(access, 'PublicAccessBlockConfiguration'),
      summary: (value) =>
        `${Object.values(isObject(value) ? value : {}).filter((on) => on === true).length} of 4 on`,
      enforcedBy: 'nobody here',
    }),
    compare('ownership', 'object ownership', {
      expected: at(listed(at(properties.OwnershipControls, 'Rules'))[0], 'ObjectOwnership'),
      found: at(listed(at(at(ownership, 'OwnershipControls'), 'Rules'))[0], 'ObjectOwnership'),
      summary: textOf,
      enforcedBy: 'nobody here',
    }),
    compare('policy', 'bucket policy', {
      expected: policyForm(bucket.policy),
      found: policyForm(policy === null ? null : parseJson(textOf(at(policy, 'Policy')))),
      summary: policySummary,
      enforcedBy: 'emulator',
    }),
    compare('lifecycle', 'lifecycle', {
      expected: lifecycleForm(at(properties.LifecycleConfiguration, 'Rules')),
      found: lifecycleForm(at(lifecycle, 'Rules')),
      summary: lifecycleSummary,
      enforcedBy: 'nobody here',
    }),
  ];
  if (properties.LoggingConfiguration === undefined) return comparisons;
  return [
    ...comparisons,
    compare('logging', 'access log', {
      expected: {
        bucket: at(properties.LoggingConfiguration, 'DestinationBucketName'),
        prefix: at(properties.LoggingConfiguration, 'LogFilePrefix'),
      },
      found: {
        bucket: at(at(logging, 'LoggingEnabled'), 'TargetBucket'),
        prefix: at(at(logging, 'LoggingEnabled'), 'TargetPrefix'),
      },
      summary: (value) => `log bucket, ${textOf(at(value, 'prefix'))}`,
      enforcedBy: 'nobody here',
    }),
  ];
}

/** One form for the template's rule and the API's, which name the same things differently. */
function encryptionForm(rules: Json): Json {
  const [rule] = listed(rules);
  const byDefault = isObject(rule)
    ? (rule.ServerSideEncryptionByDefault ?? rule.ApplyServerSideEncryptionByDefault ?? null)
    : null;
  const key = at(byDefault, 'KMSMasterKeyID');
  return {
    algorithm: at(byDefault, 'SSEAlgorithm'),
    key,
    // Without a key there is no bucket key; S3 then answers false or nothing.
    bucketKey: key !== null && at(rule, 'BucketKeyEnabled') === true,
    blocked: listed(at(at(rule, 'BlockedEncryptionTypes'), 'EncryptionType')),
  };
}

function encryptionSummary(value: Json): string {
  const blocked = listed(at(value, 'blocked')).map(textOf).join(', ');
  return [
    textOf(at(value, 'algorithm')),
    ...(at(value, 'key') === null ? [] : ['customer key']),
    ...(at(value, 'bucketKey') === true ? ['bucket key'] : []),
    blocked === '' ? 'nothing blocked' : `${blocked} blocked`,
  ].join(', ');
}

/** The template's flat rule in the API's nested words; an empty filter says the same as none. */
function lifecycleForm(rules: Json): Json {
  return listed(rules)
    .filter(isObject)
    .map((rule) => ({
      id: rule.Id ?? rule.ID ?? null,
      status: rule.Status ?? null,
      expireDays: rule.ExpirationInDays ?? at(rule.Expiration, 'Days'),
      removeDeleteMarkers: rule.ExpiredObjectDeleteMarker ?? at(rule.Expiration, 'ExpiredObjectDeleteMarker'),
      noncurrentDays: at(rule.NoncurrentVersionExpiration, 'NoncurrentDays'),
      abortDays: at(rule.AbortIncompleteMultipartUpload, 'DaysAfterInitiation'),
      prefix: rule.Prefix ?? at(rule.Filter, 'Prefix') ?? '',
    }))
    .map((rule) => ({ ...rule, prefix: rule.prefix ?? '' }))
    .toSorted((a, b) => textOf(a.id).localeCompare(textOf(b.id)));
}

function lifecycleSummary(rules: Json): string {
  const said = listed(rules)
    .filter(isObject)
    .map((rule) => {
      if (rule.expireDays !== null) return `expire ${textOf(rule.expireDays)} d`;
      if (rule.noncurrentDays !== null) return `noncurrent ${textOf(rule.noncurrentDays)} d`;
      if (rule.abortDays !== null) return `abort uploads ${textOf(rule.abortDays)} d`;
      return rule.removeDeleteMarkers === true ? 'remove delete markers' : 'an empty rule';
    });
  return said.join(', ') || 'no rule';
}
