import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** Longer than most recordings live, so that it can still be said who read one. */
const LOG_RETENTION = Duration.days(365);

/**
 * Where S3 writes who asked for which recording.
 *
 * SSE-S3 and nothing else, also when the recordings use KMS: S3's log delivery supports no other default encryption.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html (read 2026-11-22)
 */
export class AccessLogBucket extends s3.Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockedEncryptionTypes: [s3.BlockedEncryptionType.SSE_C],
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [
        { id: 'expire-logs', expiration: LOG_RETENTION },
        { id: 'expire-noncurrent', noncurrentVersionExpiration: Duration.days(7) },
        { id: 'remove-delete-markers', expiredObjectDeleteMarker: true },
      ],
      // Evidence outlives the stack that gathered it.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // So that a surviving recordings bucket goes on being logged.
    this.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }

  /** Says what the library leaves open: its class allows undefined here, and its interface `IBucket` does not. */
  override get isWebsite(): boolean {
    return false;
  }
}
