import type { IKey } from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ABORT_INCOMPLETE_UPLOADS, RetainedBucket } from './retained-bucket';

export interface HoldsBucketProps {
  /** @default - no access log: with an existing bucket the stack has no bucket for it */
  readonly accessLogBucket?: s3.IBucket | undefined;
  /** The recordings' customer key. @default - SSE-S3 */
  readonly encryptionKey?: IKey | undefined;
}

/**
 * Bucket for copies of recordings that must be kept beyond their expiry. Nothing in it expires, not even old versions.
 *
 * A separate bucket, because Tavus's role may overwrite everything in the recordings' bucket, and because lifecycle rules
 * cannot exclude single recordings.
 */
export class HoldsBucket extends RetainedBucket {
  constructor(scope: Construct, id: string, { accessLogBucket, encryptionKey }: HoldsBucketProps) {
    super(scope, id, {
      encryptionKey,
      accessLog: accessLogBucket && { bucket: accessLogBucket, prefix: 'holds/' },
      lifecycleRules: [ABORT_INCOMPLETE_UPLOADS],
    });
  }
}
