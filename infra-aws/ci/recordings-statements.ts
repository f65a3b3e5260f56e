import * as iam from 'aws-cdk-lib/aws-iam';
import type { RecordingsArns } from './recordings-arns';

export interface RecordingsStatementsProps {
  readonly arns: RecordingsArns;
  /** Permissions boundary that every role must have to be created or changed. */
  readonly roleBoundaryArn: string;
  /** Parameter that holds the version of the bootstrap. */
  readonly versionParameterArn: string;
}

/**
 * The rights that CloudFormation needs to create and change the recordings stacks, and no more. Taken from the handlers in
 * AWS's resource schemas of AWS::S3::Bucket, AWS::S3::BucketPolicy, AWS::IAM::Role and AWS::KMS::Key (read 2026-11-25),
 * narrowed to the properties of our stacks.
 *
 * Deliberately not allowed, so that such a deployment fails and a person reviews it:
 * - deleting buckets, objects, bucket policies or keys. The stacks retain them; after a failed first deployment a person
 *   removes the leftovers.
 * - changing a key's policy. A key has no name to match, so this would include the account's other keys. CloudFormation sets
 *   the policy when it creates a key.
 * - managed policies, users, access keys, other roles and identity providers: the stacks have none.
 *
 * Deliberately allowed, because IAM cannot separate safe from unsafe use: the right to switch versioning or Block Public
 * Access on can switch it off, the right to write a policy can open it, and a lifecycle rule can expire recordings early. So
 * a deployment can harm or expose the recordings. The review in the GitHub environment and the daily check protect against
 * that, not this policy. Outside the recordings stacks it reaches only rotation and tags of other keys.
 */
export function recordingsStatements(props: RecordingsStatementsProps): iam.PolicyStatement[] {
  const { arns, roleBoundaryArn, versionParameterArn } = props;
  return [
    statement('MakeBuckets', BUCKET_WRITES, arns.buckets),
    statement('ReadBuckets', BUCKET_READS, arns.buckets),
    // IAM checks the role's boundary, the requested or the present one. So CI cannot change a role that a person created
    // without it. No action removes the boundary.
    statement('MakeBoundedRoles', ROLE_WRITES, [arns.roles], {
      StringEquals: { 'iam:PermissionsBoundary': roleBoundaryArn },
    }),
    // IAM does not check the boundary for these.
    statement('ReadAndTagRoles', ROLE_READS_AND_TAGS, [arns.roles]),
    // `*`, because a new key has no ARN yet.
    statement('MakeKeys', ['kms:CreateKey'], ['*']),
    statement('KeepKeys', KEY_READS_AND_WRITES, [arns.ownKeys]),
    statement('ReadBootstrapVersion', ['ssm:GetParameters'], [versionParameterArn]),
  ];
}

const statement = (
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: iam.Conditions = {},
): iam.PolicyStatement =>
  new iam.PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions });

const BUCKET_WRITES = [
  's3:CreateBucket',
  's3:PutBucketLogging',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  // CloudFormation tags every bucket with the stack's name.
  's3:PutBucketTagging',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
];

/** Includes properties that our buckets do not have: CloudFormation reads them all. */
const BUCKET_READS = [
  's3:GetAccelerateConfiguration',
  's3:GetAnalyticsConfiguration',
  's3:GetBucketAcl',
  's3:GetBucketCORS',
  's3:GetBucketLocation',
  's3:GetBucketLogging',
  's3:GetBucketMetadataTableConfiguration',
  's3:GetBucketNotification',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketOwnershipControls',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketTagging',
  's3:GetBucketVersioning',
  's3:GetBucketWebsite',
  's3:GetEncryptionConfiguration',
  's3:GetIntelligentTieringConfiguration',
  's3:GetInventoryConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetMetricsConfiguration',
  's3:GetReplicationConfiguration',
  's3:ListBucket',
];

const ROLE_WRITES = [
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:DeleteRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
];

const ROLE_READS_AND_TAGS = [
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
  'iam:TagRole',
  'iam:UntagRole',
];

const KEY_READS_AND_WRITES = [
  'kms:DescribeKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListResourceTags',
  'kms:TagResource',
];
