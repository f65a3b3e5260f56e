import * as iam from 'aws-cdk-lib/aws-iam';
import { BACKUP_RIGHT, type BucketRights } from '../contract/recordings-rights';

/** Statements that allow these rights on the buckets; none without buckets or rights. */
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

/** A statement that allows the use of the key through S3 in one region; none without a key. */
export const keyStatements = (
  actions: readonly string[],
  keyArn: string | undefined,
  region: string,
): iam.PolicyStatement[] =>
  allow('UseKeyThroughS3', actions, keyArn === undefined ? [] : [keyArn], {
    StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
  });

/**
 * A statement that allows to list recovery points. On `*`, because AWS supports no other resource for this action.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html (read 2026-11-29)
 */
export const backupStatements = (): iam.PolicyStatement[] => allow('ListBackups', [BACKUP_RIGHT], ['*']);

function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: iam.Conditions = {},
): iam.PolicyStatement[] {
  if (actions.length === 0 || resources.length === 0) return [];
  return [new iam.PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions })];
}
