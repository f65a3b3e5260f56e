import * as iam from 'aws-cdk-lib/aws-iam';
import type { BucketRights } from '../contract/recordings-rights';

/** Statements that allow these rights on buckets of one kind; none where there is no such bucket or right. */
export function bucketStatements(
  name: string,
  rights: BucketRights,
  bucketArns: readonly string[],
  keys = '*',
): iam.PolicyStatement[] {
  return [
    ...allow(`${name}Buckets`, rights.bucket, bucketArns),
    ...allow(
      `${name}Objects`,
      rights.objects,
      bucketArns.map((arn) => `${arn}/${keys}`),
    ),
  ];
}

/** A statement that allows the use of a key through S3 in a region; none without a key. */
export const keyStatements = (
  actions: readonly string[],
  keyArn: string | undefined,
  region: string,
): iam.PolicyStatement[] =>
  allow('UseKeyThroughS3', actions, keyArn === undefined ? [] : [keyArn], {
    StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
  });

function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: iam.Conditions = {},
): iam.PolicyStatement[] {
  if (actions.length === 0 || resources.length === 0) return [];
  return [new iam.PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions })];
}
