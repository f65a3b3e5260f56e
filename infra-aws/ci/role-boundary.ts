import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { VENDOR_BUCKET_ACTIONS, VENDOR_OBJECT_ACTIONS } from '../../contract/vendor-facts';
import { ACCESS_LOG_RIGHTS, ERASE_RIGHTS, HOLD_COPY_RIGHTS } from '../../contract/recordings-rights';
import { backupStatements, bucketStatements } from '../rights';
import type { RecordingsArns } from './recordings-arns';

export interface RoleBoundaryProps {
  readonly name: string;
  readonly arns: RecordingsArns;
}

/** Rights without the actions of Tavus's role, which the boundary already has. */
const without = (vendor: readonly string[], ...rights: (readonly string[])[]): string[] =>
  [...new Set(rights.flat())].filter((action) => !vendor.includes(action)).toSorted();

const ERASER_RIGHTS = {
  bucket: without(VENDOR_BUCKET_ACTIONS, ERASE_RIGHTS.bucket, ACCESS_LOG_RIGHTS.bucket),
  objects: without(VENDOR_OBJECT_ACTIONS, ERASE_RIGHTS.objects, HOLD_COPY_RIGHTS.objects),
};

/**
 * Permissions boundary of the roles that CI creates: Tavus's eight S3 actions on the recordings' buckets, and two KMS actions
 * through S3. The backend's role needs no others. So a bad deployment can expose recordings, but nothing else of the account.
 *
 * With an eraser in the settings, the boundary also allows deleting recordings. A bad deployment could then give that right
 * to another role.
 *
 * A boundary cannot limit who may assume a role; the review checks that.
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
        ...(erasableBuckets.length === 0 ? [] : backupStatements()),
      ],
    });
  }
}
