import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { defined } from '../contract/defined';

export interface RecordingsBucketProps {
  readonly accessLogBucket: s3.IBucket;
  /** @default - CloudFormation makes one up */
  readonly bucketName?: string | undefined;
  /** Customer key for new recordings. @default - SSE-S3 */
  readonly encryptionKey?: IKey | undefined;
  /** Until a recording expires and becomes noncurrent. */
  readonly retention: Duration;
  /** Until a noncurrent version is gone for good. */
  readonly noncurrentRetention: Duration;
}

/** Longer than any call (a session ends after 12 h), and a week to rescue the parts of a broken upload. */
const ABORT_INCOMPLETE_UPLOADS_AFTER = Duration.days(7);

/**
 * The bucket that the vendor writes recordings into: encrypted, private, TLS >= 1.2 only, versioned, due for deletion,
 * every access logged, and not deleted with its stack.
 *
 * No caller can switch any of that off. It deliberately refuses no upload without an encryption header: the vendor sends
 * none, and the bucket's default applies.
 */
export class RecordingsBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, props: RecordingsBucketProps) {
    super(scope, id, {
      ...defined({ bucketName: props.bucketName }),
      ...encryption(props.encryptionKey),
      // Whoever holds such an object's key would be the only one to read it.
      blockedEncryptionTypes: [s3.BlockedEncryptionType.SSE_C],
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: props.accessLogBucket,
      serverAccessLogsPrefix: 'recordings/',
      lifecycleRules: lifecycle(props),
      // A stack can be made again, a recording cannot.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // A bucket that outlives its stack must not lose the policy that keeps it TLS-only.
    this.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }
}

/** The bucket key saves a call to KMS for each object. */
function encryption(
  key: IKey | undefined,
): Pick<s3.BucketProps, 'encryption' | 'encryptionKey' | 'bucketKeyEnabled'> {
  if (key === undefined) return { encryption: s3.BucketEncryption.S3_MANAGED };
  return { encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true };
}

/** In a versioned bucket expiry deletes nothing, it adds a delete marker; so it takes four rules to be rid of a recording. */
function lifecycle(props: RecordingsBucketProps): s3.LifecycleRule[] {
  return [
    { id: 'expire-recordings', expiration: props.retention },
    { id: 'expire-noncurrent', noncurrentVersionExpiration: props.noncurrentRetention },
    { id: 'remove-delete-markers', expiredObjectDeleteMarker: true },
    { id: 'abort-incomplete-uploads', abortIncompleteMultipartUploadAfter: ABORT_INCOMPLETE_UPLOADS_AFTER },
  ];
}
