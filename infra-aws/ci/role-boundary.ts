import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { VENDOR_BUCKET_ACTIONS, VENDOR_OBJECT_ACTIONS } from '../../contract/vendor-facts';
import { ACCESS_LOG_RIGHTS, ERASE_RIGHTS, HOLD_COPY_RIGHTS } from '../../contract/recordings-rights';
import { bucketStatements } from '../rights';
import type { RecordingsArns } from './recordings-arns';

export interface RoleBoundaryProps {
  readonly name: string;
  readonly arns: RecordingsArns;
}

/** Beside what Tavus's role may do, which is in the boundary already. */
const beside = (vendor: readonly string[], ...rights: (readonly string[])[]): string[] =>
  [...new Set(rights.flat())].filter((action) => !vendor.includes(action)).toSorted();

const ERASER_RIGHTS = {
  bucket: beside(VENDOR_BUCKET_ACTIONS, ERASE_RIGHTS.bucket, ACCESS_LOG_RIGHTS.bucket),
  objects: beside(VENDOR_OBJECT_ACTIONS, ERASE_RIGHTS.objects, HOLD_COPY_RIGHTS.objects),
};

/**
 * The most that a role made by CI can ever do, whatever its own policies say: Tavus's eight S3 actions on buckets of the
 * recordings, and two uses of a key through S3. So a bad deployment can show recordings to somebody, and nothing else of
 * the account. What the backend's role may is among the eight.
 *
 * Only where an environment names an eraser may a role delete recordings at once, too: in a bad deployment that could be
 * another role.
 *
 * Whom such a role trusts no boundary can say; that is for the review.
 */
export class RoleBoundary extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string, props: RoleBoundaryProps) {
    const { buckets, adoptedBuckets, erasableBuckets, ownKeys, adoptedKeys } = props.arns;
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
        ...bucketStatements('Erase', ERASER_RIGHTS, erasableBuckets),
      ],
    });
  }
}
