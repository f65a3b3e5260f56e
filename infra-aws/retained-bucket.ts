import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { defined } from '../contract/defined';

export interface RetainedBucketProps {
  /** @default - CloudFormation makes one up */
  readonly bucketName?: string | undefined;
  /** Customer key for new objects. @default - SSE-S3 */
  readonly encryptionKey?: IKey | undefined;
  readonly lifecycleRules: s3.LifecycleRule[];
  /** Where every access is logged, below a prefix. @default - no access log */
  readonly accessLog?: { readonly bucket: s3.IBucket; readonly prefix: string } | undefined;
}

/**
 * A bucket that no caller can weaken: encrypted, private, TLS >= 1.2 only, versioned, and not deleted with its stack.
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
      // Whoever holds such an object's key would be the only one to read it.
      blockedEncryptionTypes: [s3.BlockedEncryptionType.SSE_C],
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: props.lifecycleRules,
      // A stack can be made again, a recording and its access log cannot.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // A bucket that outlives its stack must not lose the policy that keeps it TLS-only.
    this.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }

  /** Says what the library leaves open: its class allows undefined here, and its interface `IBucket` does not. */
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

/** Longer than any call (a session ends after 12 h), and a week to rescue the parts of a broken upload. */
export const ABORT_INCOMPLETE_UPLOADS: s3.LifecycleRule = {
  id: 'abort-incomplete-uploads',
  abortIncompleteMultipartUploadAfter: Duration.days(7),
};
