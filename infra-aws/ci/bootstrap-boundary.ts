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
 * The most that any role of the bootstrap can do: `cdk bootstrap --custom-permissions-boundary ...
 * --apply-permissions-boundary-to-all-roles`.
 *
 * The execution policy alone is not enough. A bootstrap's deploy role may update every stack of the account, and
 * CloudFormation then works with the role which that stack was made with, whether or not the caller may pass it: of any
 * stack that came by an ordinary bootstrap that is an administrator. And its lookup role may read nearly everything, also
 * recordings. So within this boundary the deploy role reaches the recordings stacks only, and names the execution role each
 * time; and no role reads an object but the templates that it published.
 *
 * Left out: deleting a stack, which is a person's, and images, of which this project publishes none to AWS.
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

/** For the roles that the command line assumes; what the bootstrap of CLI 2.1148.1 grants them is more. */
function cliStatements(stack: Stack, props: BootstrapBoundaryProps): iam.PolicyStatement[] {
  const { arns, qualifier, versionParameterArn } = props;
  const executionRole = bootstrapRoleArn(stack, qualifier, 'cfn-exec');
  const assets = assetBucketArn(stack, qualifier);
  return [
    new iam.PolicyStatement({
      sid: 'ChangeStacksAsExecutionRole',
      actions: CHANGES_WITH_A_ROLE,
      resources: [arns.stacks],
      conditions: { StringEquals: { 'cloudformation:RoleArn': executionRole } },
    }),
    new iam.PolicyStatement({ sid: 'UseStacks', actions: STACK_USES, resources: [arns.stacks] }),
    // About a template before there is a stack, or by an id that says nothing of one: AWS takes no ARN for these.
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
    // The bucket of the bootstrap is encrypted with the account's key for S3.
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
 * For `recordings doctor` in a job that looks, beside the reads above. What it looks at but CI never changes: the account,
 * and what was there before.
 */
function doctorStatements(arns: RecordingsArns): iam.PolicyStatement[] {
  const { roles, adoptedBuckets, adoptedKeys, identityProviders } = arns;
  const look = (sid: string, actions: string[], resources: readonly string[]): iam.PolicyStatement[] =>
    resources.length === 0 ? [] : [new iam.PolicyStatement({ sid, actions, resources: [...resources] })];
  return [
    // AWS takes no ARN of an account.
    ...look('LookAtAccount', ['s3:GetAccountPublicAccessBlock'], ['*']),
    ...look('SimulateRoles', ['iam:SimulatePrincipalPolicy'], [roles]),
    ...look('LookAtAdoptedBuckets', BUCKET_LOOKS, adoptedBuckets),
    ...look('LookAtAdoptedKeys', ['kms:DescribeKey', 'kms:GetKeyPolicy'], adoptedKeys),
    ...look('LookAtIdentityProviders', ['iam:GetOpenIDConnectProvider'], identityProviders),
  ];
}

const BUCKET_LOOKS = [
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

/** Without a role named, CloudFormation would take the one that the stack was made with. */
const CHANGES_WITH_A_ROLE = [
  'cloudformation:ContinueUpdateRollback',
  'cloudformation:CreateChangeSet',
  'cloudformation:CreateStack',
  'cloudformation:RollbackStack',
  'cloudformation:UpdateStack',
];

/** An executed change set works with the role that it was created with. */
const STACK_USES = [
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
