import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { assetBucketArn, bootstrapRoleArn } from '../../contract/bootstrap-names';
import type { RecordingsArns } from './recordings-arns';
import { recordingsStatements, type RecordingsStatementsProps } from './recordings-statements';

export interface BootstrapBoundaryProps extends RecordingsStatementsProps {
  readonly name: string;
  readonly qualifier: string;
}

/**
 * Permissions boundary of all bootstrap roles: `cdk bootstrap --custom-permissions-boundary ...
 * --apply-permissions-boundary-to-all-roles`.
 *
 * The execution policy alone is not enough:
 * - The deploy role of a bootstrap may update every stack of the account. CloudFormation then uses the role that the stack
 *   was created with, even if the caller may not pass that role. For a stack of an ordinary bootstrap that role is an
 *   administrator. Within this boundary the deploy role reaches only the recordings stacks, and must name the execution role.
 * - The lookup role may read nearly everything, recordings too. Within this boundary no role reads objects other than the
 *   published templates.
 *
 * Not allowed: deleting a stack (only a person does that) and publishing images (this project has none in AWS).
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html (read 2026-11-25)
 */
export class BootstrapBoundary extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string, props: BootstrapBoundaryProps) {
    super(scope, id, {
      managedPolicyName: props.name,
      statements: [
        ...recordingsStatements(props),
        ...cliStatements(Stack.of(scope), props),
        ...doctorStatements(props.arns),
      ],
    });
  }
}

/** For the roles that the CDK CLI assumes. The bootstrap of CLI 2.1148.1 grants them more. */
function cliStatements(stack: Stack, props: BootstrapBoundaryProps): iam.PolicyStatement[] {
  const { arns, qualifier, versionParameterArn } = props;
  const executionRole = bootstrapRoleArn(stack, qualifier, 'cfn-exec');
  const assets = assetBucketArn(stack, qualifier);
  return [
    new iam.PolicyStatement({
      sid: 'ChangeStacksAsExecutionRole',
      actions: ACTIONS_WITH_ROLE,
      resources: [arns.stacks],
      conditions: { StringEquals: { 'cloudformation:RoleArn': executionRole } },
    }),
    new iam.PolicyStatement({ sid: 'UseStacks', actions: ACTIONS_WITHOUT_ROLE, resources: [arns.stacks] }),
    // `*`, because AWS supports no resource ARN for these actions.
    new iam.PolicyStatement({
      sid: 'ReadResults',
      actions: [
        'cloudformation:DescribeStackDriftDetectionStatus',
        'cloudformation:GetHookResult',
        'cloudformation:GetTemplateSummary',
      ],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      sid: 'PassExecutionRole',
      actions: ['iam:PassRole'],
      resources: [executionRole],
      conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
    }),
    new iam.PolicyStatement({
      sid: 'FindAssets',
      actions: ['s3:GetBucketLocation', 's3:GetEncryptionConfiguration', 's3:ListBucket'],
      resources: [assets],
    }),
    new iam.PolicyStatement({
      sid: 'PublishAssets',
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      resources: [`${assets}/*`],
    }),
    // The bootstrap's bucket is encrypted with the account's key for S3.
    new iam.PolicyStatement({
      sid: 'EncryptAssets',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [arns.ownKeys],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${stack.region}.amazonaws.com` } },
    }),
    new iam.PolicyStatement({
      sid: 'CheckBootstrapVersion',
      actions: ['ssm:GetParameter'],
      resources: [versionParameterArn],
    }),
  ];
}

/**
 * Further reads for `recordings doctor` in a read-only job: the account, adopted buckets and keys, identity providers. CI
 * never changes these.
 */
function doctorStatements(arns: RecordingsArns): iam.PolicyStatement[] {
  const { roles, adoptedBuckets, adoptedKeys, identityProviders } = arns;
  const read = (sid: string, actions: string[], resources: readonly string[]): iam.PolicyStatement[] =>
    resources.length === 0 ? [] : [new iam.PolicyStatement({ sid, actions, resources: [...resources] })];
  return [
    // `*`, because an account has no ARN.
    ...read('LookAtAccount', ['s3:GetAccountPublicAccessBlock'], ['*']),
    ...read('SimulateRoles', ['iam:SimulatePrincipalPolicy'], [roles]),
    ...read('LookAtAdoptedBuckets', BUCKET_READS, adoptedBuckets),
    ...read('LookAtAdoptedKeys', ['kms:DescribeKey', 'kms:GetKeyPolicy'], adoptedKeys),
    ...read('LookAtIdentityProviders', ['iam:GetOpenIDConnectProvider'], identityProviders),
  ];
}

const BUCKET_READS = [
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketVersioning',
  's3:GetEncryptionConfiguration',
  's3:GetIntelligentTieringConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetReplicationConfiguration',
  's3:ListBucket',
];

/** Actions that take a role. If the call names none, CloudFormation uses the role that the stack was created with. */
const ACTIONS_WITH_ROLE = [
  'cloudformation:ContinueUpdateRollback',
  'cloudformation:CreateChangeSet',
  'cloudformation:CreateStack',
  'cloudformation:RollbackStack',
  'cloudformation:UpdateStack',
];

/** Actions without a role. `ExecuteChangeSet` uses the role that the change set was created with. */
const ACTIONS_WITHOUT_ROLE = [
  'cloudformation:DeleteChangeSet',
  'cloudformation:DescribeChangeSet',
  'cloudformation:DescribeEvents',
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStackResourceDrifts',
  'cloudformation:DescribeStackResources',
  'cloudformation:DescribeStacks',
  'cloudformation:DetectStackDrift',
  'cloudformation:DetectStackResourceDrift',
  'cloudformation:ExecuteChangeSet',
  'cloudformation:GetTemplate',
  'cloudformation:ListChangeSets',
  'cloudformation:ListHookResults',
  'cloudformation:ListStackResources',
  'cloudformation:UpdateTerminationProtection',
];
