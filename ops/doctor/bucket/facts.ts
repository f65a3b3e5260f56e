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
import { ask, mapped, type Answer } from '../../aws/answer';
import { parsePolicy, type Statement } from '../policy/document';

/** The bucket that gets the access logs, and the prefix of their keys. */
export interface LogTarget {
  readonly bucket: string;
  readonly prefix: string;
}

/** What S3 says of the bucket. All of it is asked for at once. */
export interface BucketFacts {
  /** The bucket's own region; undefined when S3 did not name it. */
  readonly region: Promise<Answer<string | undefined>>;
  readonly encryption: Promise<Answer<ServerSideEncryptionRule | undefined>>;
  /** `Enabled`, `Suspended`, or undefined when it never was on. */
  readonly versioning: Promise<Answer<string | undefined>>;
  /** Whether a version can be deleted by root alone, with its device. */
  readonly mfaDelete: Promise<Answer<boolean>>;
  readonly publicAccess: Promise<Answer<PublicAccessBlockConfiguration | undefined>>;
  readonly policy: Promise<Answer<readonly Statement[]>>;
  readonly lifecycle: Promise<Answer<readonly LifecycleRule[]>>;
  /** `BucketOwnerEnforced`, or another rule under which ACLs count. */
  readonly ownership: Promise<Answer<string | undefined>>;
  /** Where access logs go; undefined when they are off. */
  readonly logging: Promise<Answer<LogTarget | undefined>>;
  /** Object Lock, where it is on. */
  readonly objectLock: Promise<Answer<ObjectLockConfiguration | undefined>>;
  /** Rules by which S3 copies what is written into other buckets. */
  readonly replication: Promise<Answer<readonly ReplicationRule[]>>;
  /** S3's own tiers by use, some of them archives. Asked for only when somebody wants to know. */
  readonly tiering: () => Promise<Answer<readonly IntelligentTieringConfiguration[]>>;
}

/** Asks S3 for everything about a bucket; reads only. */
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
