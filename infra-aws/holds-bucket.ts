import type { IKey } from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ABORT_INCOMPLETE_UPLOADS, RetainedBucket } from './retained-bucket';

export interface HoldsBucketProps {
  /** @default - no access log: beside an adopted bucket there is no bucket for it */
  readonly accessLogBucket?: s3.IBucket | undefined;
  /** Customer key with which the recordings are encrypted, too. @default - SSE-S3 */
  readonly encryptionKey?: IKey | undefined;
}

/**
 * Copies of recordings that must be kept beyond their day. Nothing in it expires, old versions neither.
 *
 * A bucket of its own, because Tavus's role may overwrite everything in the recordings' bucket, and because lifecycle
 * rules cannot leave out single recordings.
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
