import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RetainedBucket } from './retained-bucket';

/** Longer than the default retention, so that the reads of a recording are known after it expired. */
const LOG_RETENTION = Duration.days(365);

/**
 * Bucket for S3's access logs of the recordings.
 *
 * Always SSE-S3, also if the recordings use KMS: S3's log delivery supports no other default encryption.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html (read 2026-11-22)
 */
export class AccessLogBucket extends RetainedBucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      lifecycleRules: [
        { id: 'expire-logs', expiration: LOG_RETENTION },
        { id: 'expire-noncurrent', noncurrentVersionExpiration: Duration.days(7) },
        { id: 'remove-delete-markers', expiredObjectDeleteMarker: true },
      ],
    });
  }
}
