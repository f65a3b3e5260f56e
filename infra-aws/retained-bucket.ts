import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { defined } from '../contract/defined';

export interface RetainedBucketProps {
  /** @default - CloudFormation generates one */
  readonly bucketName?: string | undefined;
  /** Customer key for new objects. @default - SSE-S3 */
  readonly encryptionKey?: IKey | undefined;
  readonly lifecycleRules: s3.LifecycleRule[];
  /** Bucket and key prefix of the access log. @default - no access log */
  readonly accessLog?: { readonly bucket: s3.IBucket; readonly prefix: string } | undefined;
}

/**
 * A bucket with fixed safety settings: encrypted, private, only TLS >= 1.2, versioned, and not deleted with its stack.
 */
export class RetainedBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, props: RetainedBucketProps) {
    super(scope, id, {
      ...defined({
        bucketName: props.bucketName,
        serverAccessLogsBucket: props.accessLog?.bucket,
        serverAccessLogsPrefix: props.accessLog?.prefix,
      }),
      ...encryption(props.encryptionKey),
      // With SSE-C only the holder of the customer-provided key could read an object.
      blockedEncryptionTypes: [s3.BlockedEncryptionType.SSE_C],
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: props.lifecycleRules,
      // A stack can be created again, a recording and its access log cannot.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // The retained bucket must keep its policy, which enforces TLS.
    this.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }

  /** The library's class allows undefined here, but its interface `IBucket` does not. */
  override get isWebsite(): boolean {
    return false;
  }
}

/** The bucket key saves a call to KMS for each object. */
function encryption(
  key: IKey | undefined,
): Pick<s3.BucketProps, 'encryption' | 'encryptionKey' | 'bucketKeyEnabled'> {
  if (key === undefined) return { encryption: s3.BucketEncryption.S3_MANAGED };
  return { encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true };
}

/** Longer than any call (a session ends after 12 h), and a week to save the parts of a broken upload. */
export const ABORT_INCOMPLETE_UPLOADS: s3.LifecycleRule = {
  id: 'abort-incomplete-uploads',
  abortIncompleteMultipartUploadAfter: Duration.days(7),
};
