import * as iam from 'aws-cdk-lib/aws-iam';
import type { RecordingsArns } from './recordings-arns';

export interface RecordingsStatementsProps {
  readonly arns: RecordingsArns;
  /** Policy without which no role may be made or changed. */
  readonly roleBoundaryArn: string;
  /** Parameter that holds the version of the bootstrap. */
  readonly versionParameterArn: string;
}

/**
 * What CloudFormation needs to make and change the recordings stacks, and no more. Taken from the handlers in AWS's resource
 * schemas of AWS::S3::Bucket, AWS::S3::BucketPolicy, AWS::IAM::Role and AWS::KMS::Key (read 2026-11-25), narrowed to the
 * properties that our stacks have.
 *
 * Left out on purpose, so that a deployment which wants it fails and a person looks at it:
 * - deleting buckets, objects, bucket policies or keys. The stacks retain them; after a first deployment that failed a
 *   person clears away what is left.
 * - changing a key's policy. Keys have no names, so this could not be kept from the account's other keys; and CloudFormation
 *   passes the policy of a new key when it makes it.
 * - attaching managed policies, users, access keys, other roles, identity providers, policies: the stacks have none.
 *
 * Allowed on purpose, because IAM cannot tell the safe use from the other: who may switch versioning or Block Public Access
 * on may switch it off, who writes a bucket's or a role's policy may open it, and a lifecycle rule may expire recordings
 * tomorrow. A deployment can therefore hurt the recordings, or show them to somebody. Against that stand the review in the
 * GitHub environment and the daily check, not this policy. Nothing else in the account is within its reach, but for
 * rotation and tags of other keys, the price of keys without names.
 */
export function recordingsStatements(props: RecordingsStatementsProps): iam.PolicyStatement[] {
  const { arns, roleBoundaryArn, versionParameterArn } = props;
  return [
    statement('MakeBuckets', BUCKET_WRITES, arns.buckets),
    statement('ReadBuckets', BUCKET_READS, arns.buckets),
    // Each of these looks at the boundary of the role: the one it will have, or the one it has. So a role without it, which
    // a person made, is out of reach, and there is no action to take the boundary off.
    statement('MakeBoundedRoles', ROLE_WRITES, [arns.roles], {
      StringEquals: { 'iam:PermissionsBoundary': roleBoundaryArn },
    }),
    // IAM does not look at the boundary for these.
    statement('ReadAndTagRoles', ROLE_READS_AND_TAGS, [arns.roles]),
    // A new key has no ARN to name.
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
  // CloudFormation tags every bucket with its stack.
  's3:PutBucketTagging',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
];

/** Also of properties that our buckets do not have: CloudFormation reads all of a bucket. */
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
