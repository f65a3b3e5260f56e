import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { VENDOR_BUCKET_ACTIONS, VENDOR_OBJECT_ACTIONS } from '../../contract/vendor-facts';
import type { RecordingsArns } from './recordings-arns';

export interface RoleBoundaryProps {
  readonly name: string;
  readonly arns: RecordingsArns;
}

/**
 * The most that a role made by CI can ever do, whatever its own policies say: Tavus's eight S3 actions on buckets of the
 * recordings, and two uses of a key through S3. So a bad deployment can show recordings to somebody, and nothing else of
 * the account.
 *
 * Whom such a role trusts no boundary can say; that is for the review.
 */
export class RoleBoundary extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string, props: RoleBoundaryProps) {
    const { buckets, adoptedBuckets, ownKeys, adoptedKeys } = props.arns;
    const all = [...buckets, ...adoptedBuckets];
    super(scope, id, {
      managedPolicyName: props.name,
      statements: [
        new iam.PolicyStatement({
          sid: 'ListRecordings',
          actions: [...VENDOR_BUCKET_ACTIONS],
          resources: all,
        }),
        new iam.PolicyStatement({
          sid: 'WriteRecordings',
          actions: [...VENDOR_OBJECT_ACTIONS],
          resources: all.map((bucket) => `${bucket}/*`),
        }),
        new iam.PolicyStatement({
          sid: 'UseKeysThroughS3',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [ownKeys, ...adoptedKeys],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(scope).region}.amazonaws.com` } },
        }),
      ],
    });
  }
}
