import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ABORT_INCOMPLETE_UPLOADS, RetainedBucket } from './retained-bucket';

export interface RecordingsBucketProps {
  readonly accessLogBucket: s3.IBucket;
  /** @default - CloudFormation generates one */
  readonly bucketName?: string | undefined;
  /** Customer key for new recordings. @default - SSE-S3 */
  readonly encryptionKey?: IKey | undefined;
  /** Until a recording expires and becomes noncurrent. */
  readonly retention: Duration;
  /** Until S3 deletes a noncurrent version for good. */
  readonly noncurrentRetention: Duration;
}

/**
 * The bucket that the vendor writes recordings into. Recordings expire, and every access is logged.
 *
 * It deliberately accepts uploads without an encryption header: the vendor sends none, and the bucket's default applies.
 */
export class RecordingsBucket extends RetainedBucket {
  constructor(scope: Construct, id: string, props: RecordingsBucketProps) {
    super(scope, id, {
      bucketName: props.bucketName,
      encryptionKey: props.encryptionKey,
      accessLog: { bucket: props.accessLogBucket, prefix: 'recordings/' },
      lifecycleRules: lifecycle(props),
    });
  }
}

/** In a versioned bucket expiry only adds a delete marker, so it takes four rules to delete a recording. */
function lifecycle(props: RecordingsBucketProps): s3.LifecycleRule[] {
  return [
    { id: 'expire-recordings', expiration: props.retention },
    { id: 'expire-noncurrent', noncurrentVersionExpiration: props.noncurrentRetention },
    { id: 'remove-delete-markers', expiredObjectDeleteMarker: true },
    ABORT_INCOMPLETE_UPLOADS,
  ];
}
