import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketIntelligentTieringConfigurationsCommand,
  type IntelligentTieringConfiguration,
  type LifecycleRule,
  type ObjectLockConfiguration,
  type PublicAccessBlockConfiguration,
  type ReplicationRule,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { ask, mapped, type AwsAnswer } from '../../aws/answer';
import { parsePolicy, type NormalisedStatement } from '../policy/document';

/** Where access logs are delivered. */
export interface LogTarget {
  readonly bucket: string;
  readonly prefix: string;
}

/** Configuration of a bucket. All requests start at once. */
export interface BucketFacts {
  /** Undefined when S3 does not say. */
  readonly region: Promise<AwsAnswer<string | undefined>>;
  readonly encryption: Promise<AwsAnswer<ServerSideEncryptionRule | undefined>>;
  /** `Enabled`, `Suspended`, or undefined when never enabled. */
  readonly versioning: Promise<AwsAnswer<string | undefined>>;
  /** Whether only the root user can delete versions, with its MFA device. */
  readonly mfaDelete: Promise<AwsAnswer<boolean>>;
  readonly publicAccess: Promise<AwsAnswer<PublicAccessBlockConfiguration | undefined>>;
  readonly policy: Promise<AwsAnswer<readonly NormalisedStatement[]>>;
  readonly lifecycle: Promise<AwsAnswer<readonly LifecycleRule[]>>;
  /** `BucketOwnerEnforced`, or a setting that enables ACLs. */
  readonly ownership: Promise<AwsAnswer<string | undefined>>;
  /** Undefined when access logs are off. */
  readonly logging: Promise<AwsAnswer<LogTarget | undefined>>;
  /** Object Lock, where it is on. */
  readonly objectLock: Promise<AwsAnswer<ObjectLockConfiguration | undefined>>;
  /** Rules that copy new objects to other buckets. */
  readonly replication: Promise<AwsAnswer<readonly ReplicationRule[]>>;
  /** Intelligent-Tiering, which may have archive tiers. Requested only when needed. */
  readonly tiering: () => Promise<AwsAnswer<readonly IntelligentTieringConfiguration[]>>;
}

/** Starts all requests. Reads only. */
export function bucketFacts(s3: S3Client, Bucket: string): BucketFacts {
  const versioning = ask('s3:GetBucketVersioning', () => s3.send(new GetBucketVersioningCommand({ Bucket })));
  return {
    region: ask(
      's3:ListBucket',
      async () => (await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion,
      ['NotFound', 'NoSuchBucket'],
    ),
    encryption: ask(
      's3:GetEncryptionConfiguration',
      async () => {
        const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
        return answer.ServerSideEncryptionConfiguration?.Rules?.[0];
      },
      ['ServerSideEncryptionConfigurationNotFoundError'],
    ),
    versioning: versioning.then((answer) => mapped(answer, ({ Status }) => Status)),
    mfaDelete: versioning.then((answer) => mapped(answer, ({ MFADelete }) => MFADelete === 'Enabled')),
    publicAccess: ask(
      's3:GetBucketPublicAccessBlock',
      async () => (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration,
      ['NoSuchPublicAccessBlockConfiguration'],
    ),
    policy: ask(
      's3:GetBucketPolicy',
      async () => parsePolicy((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? ''),
      ['NoSuchBucketPolicy'],
    ),
    lifecycle: ask(
      's3:GetLifecycleConfiguration',
      async () => (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules ?? [],
      ['NoSuchLifecycleConfiguration'],
    ),
    ownership: ask(
      's3:GetBucketOwnershipControls',
      async () => {
        const answer = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
        return answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
      },
      ['OwnershipControlsNotFoundError'],
    ),
    logging: ask('s3:GetBucketLogging', async () => {
      const { LoggingEnabled: target } = await s3.send(new GetBucketLoggingCommand({ Bucket }));
      return target?.TargetBucket === undefined
        ? undefined
        : { bucket: target.TargetBucket, prefix: target.TargetPrefix ?? '' };
    }),
    objectLock: ask(
      's3:GetBucketObjectLockConfiguration',
      async () => (await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration,
      ['ObjectLockConfigurationNotFoundError'],
    ),
    replication: ask(
      's3:GetReplicationConfiguration',
      async () =>
        (await s3.send(new GetBucketReplicationCommand({ Bucket }))).ReplicationConfiguration?.Rules ?? [],
      ['ReplicationConfigurationNotFoundError'],
    ),
    tiering: () =>
      ask('s3:GetIntelligentTieringConfiguration', async () => {
        const answer = await s3.send(new ListBucketIntelligentTieringConfigurationsCommand({ Bucket }));
        return answer.IntelligentTieringConfigurationList ?? [];
      }),
  };
}
