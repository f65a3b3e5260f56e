import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ABORT_INCOMPLETE_UPLOADS, RetainedBucket } from './retained-bucket';

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

/**
 * The bucket that the vendor writes recordings into: due for deletion, every access logged.
 *
 * It deliberately refuses no upload without an encryption header: the vendor sends none, and the bucket's default applies.
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

/** In a versioned bucket expiry deletes nothing, it adds a delete marker; so it takes four rules to be rid of a recording. */
function lifecycle(props: RecordingsBucketProps): s3.LifecycleRule[] {
  return [
    { id: 'expire-recordings', expiration: props.retention },
    { id: 'expire-noncurrent', noncurrentVersionExpiration: props.noncurrentRetention },
    { id: 'remove-delete-markers', expiredObjectDeleteMarker: true },
    ABORT_INCOMPLETE_UPLOADS,
  ];
}
