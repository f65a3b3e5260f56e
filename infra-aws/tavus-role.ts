import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  VENDOR_ACCOUNT_ID,
  VENDOR_BUCKET_ACTIONS,
  VENDOR_EXTERNAL_ID,
  VENDOR_OBJECT_ACTIONS,
  VENDOR_SESSION_SECONDS,
} from '../contract/vendor-facts';

export interface TavusRoleProps {
  readonly bucketArn: string;
  readonly bucketRegion: string;
  /** ARN of the bucket's present or former customer key. @default - none, SSE-S3 needs no grant */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * The role that the vendor assumes to write recordings: the eight S3 actions it asks for, on one bucket, and the use of one
 * key through S3. It may not delete anything, and not change the bucket or the key.
 *
 * Its name is generated: the vendor's external id is the same for all its customers, so another customer who knew the role's
 * ARN could write *their* recordings here.
 */
export class TavusRole extends iam.Role {
  constructor(scope: Construct, id: string, props: TavusRoleProps) {
    super(scope, id, {
      // Always the partition `aws`, where the vendor's account is, wherever we deploy.
      assumedBy: new iam.ArnPrincipal(`arn:aws:iam::${VENDOR_ACCOUNT_ID}:root`),
      externalIds: [VENDOR_EXTERNAL_ID],
      maxSessionDuration: Duration.seconds(VENDOR_SESSION_SECONDS),
      // Inline, so that the role is never there without its rights: the vendor tries it as soon as it is named.
      inlinePolicies: {
        Recordings: new iam.PolicyDocument({
          statements: [...bucketStatements(props.bucketArn), ...keyStatements(props)],
        }),
      },
    });
  }
}

/** AWS checks three of the actions against the bucket's ARN and five against an object's. */
function bucketStatements(bucketArn: string): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'ListRecordings',
      actions: [...VENDOR_BUCKET_ACTIONS],
      resources: [bucketArn],
    }),
    new iam.PolicyStatement({
      sid: 'WriteRecordings',
      actions: [...VENDOR_OBJECT_ACTIONS],
      // Not limited to the key prefix: when a bucket is set up, the vendor may upload a test object to its root.
      resources: [`${bucketArn}/*`],
    }),
  ];
}

/**
 * A multipart upload needs both: GenerateDataKey to begin, Decrypt to complete.
 * @see https://repost.aws/knowledge-center/s3-large-file-encryption-kms-key (read 2026-11-22)
 */
function keyStatements({ kmsKeyArn, bucketRegion }: TavusRoleProps): iam.PolicyStatement[] {
  if (kmsKeyArn === undefined) return [];
  return [
    new iam.PolicyStatement({
      sid: 'UseKeyThroughS3',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [kmsKeyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${bucketRegion}.amazonaws.com` } },
    }),
  ];
}
