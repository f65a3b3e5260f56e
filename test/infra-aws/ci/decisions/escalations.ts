import { OTHER_ACCOUNT } from '../../decisions/callers';
import { FORBIDDEN_ON_OBJECTS, OBJECT_LEVEL } from '../../decisions/bucket';
import { bucketArn, madeUpBucket, madeUpName, policyArn, roleArn, TARGET } from '../../template';
import { type Need, ROLE_BOUNDARY_ARN } from './needs';

/** A request that CI must not be able to make, with a description. */
export interface Escalation extends Need {
  readonly name: string;
}

const { account, region } = TARGET;

export const TAVUS_ROLE = roleArn(madeUpName('TavusRoleE7D1C582'));
export const RECORDINGS = bucketArn(madeUpBucket('RecordingsBucketAA52F499'));
export const OUR_KEY = `arn:aws:kms:${region}:${account}:key/RecordingsKey5D44CE50`;
export const EXECUTION_ROLE = roleArn(`cdk-tavusrec-cfn-exec-role-${account}-${region}`);

const DEPLOY_ROLE = roleArn('TavusRecordingsTrust-DeployRole885297C3-1A2B3C4D5E6F');
const ADMINISTRATOR = roleArn('administrator');
const PROVIDER = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
const ADMINISTRATOR_ACCESS = 'arn:aws:iam::aws:policy/AdministratorAccess';

const BOUNDED = { 'iam:PermissionsBoundary': ROLE_BOUNDARY_ARN };

const each = (
  name: string,
  actions: readonly string[],
  resources: readonly string[],
  context: Need['context'] = {},
): Escalation[] =>
  actions.flatMap((action) =>
    resources.map((resource) => ({ name: `${name}, ${action} on ${resource}`, action, resource, context })),
  );

const ROLE_WRITES = [
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:DeleteRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
];

/** Roles without the boundary, its removal, and roles of others. */
const roles = (): Escalation[] => [
  ...each('a role without a boundary', ROLE_WRITES, [TAVUS_ROLE]),
  ...each('a role with another boundary', ROLE_WRITES, [TAVUS_ROLE], {
    'iam:PermissionsBoundary': policyArn('another'),
  }),
  ...each('a role with an administrator for a boundary', ROLE_WRITES, [TAVUS_ROLE], {
    'iam:PermissionsBoundary': ADMINISTRATOR_ACCESS,
  }),
  ...each('a role with a boundary named in capitals', ROLE_WRITES, [TAVUS_ROLE], {
    'iam:PermissionsBoundary': ROLE_BOUNDARY_ARN.toUpperCase(),
  }),
  ...each('a role whose boundary begins like ours', ROLE_WRITES, [TAVUS_ROLE], {
    'iam:PermissionsBoundary': `${ROLE_BOUNDARY_ARN}-2`,
  }),
  ...each('the description of a role', ['iam:UpdateRoleDescription'], [TAVUS_ROLE], BOUNDED),
  ...each('taking the boundary off', ['iam:DeleteRolePermissionsBoundary'], [TAVUS_ROLE], BOUNDED),
  ...each(
    "another project's role",
    [...ROLE_WRITES, 'iam:DeleteRolePermissionsBoundary'],
    [DEPLOY_ROLE, EXECUTION_ROLE, ADMINISTRATOR],
    BOUNDED,
  ),
  ...each("another project's role", ['iam:GetRole', 'iam:TagRole'], [DEPLOY_ROLE, EXECUTION_ROLE]),
  ...[ADMINISTRATOR_ACCESS, policyArn('another')].flatMap((policy) =>
    each(
      `${policy} attached`,
      ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      [TAVUS_ROLE, EXECUTION_ROLE],
      {
        ...BOUNDED,
        'iam:PolicyARN': policy,
      },
    ),
  ),
  ...each('a managed policy attached', ['iam:AttachRolePolicy'], [TAVUS_ROLE], {
    'iam:PolicyARN': ADMINISTRATOR_ACCESS,
  }),
  ...['cloudformation', 'ec2', 'lambda', 's3'].flatMap((service) =>
    each(`a role passed to ${service}`, ['iam:PassRole'], [TAVUS_ROLE, ADMINISTRATOR, DEPLOY_ROLE], {
      'iam:PassedToService': `${service}.amazonaws.com`,
    }),
  ),
  ...each(
    'what no recordings stack needs',
    [
      'iam:GetContextKeysForPrincipalPolicy',
      'iam:ListInstanceProfilesForRole',
      'iam:ListRoleTags',
      'iam:UpdateRoleDescription',
    ],
    [TAVUS_ROLE],
  ),
  ...each('assuming another role', ['sts:AssumeRole'], [TAVUS_ROLE, ADMINISTRATOR, DEPLOY_ROLE]),
];

/** The policies that limit CI, identities outside CI, and the identity provider for GitHub. */
const identities = (): Escalation[] => [
  ...each(
    'a policy that holds CI',
    [
      'iam:CreatePolicy',
      'iam:CreatePolicyVersion',
      'iam:DeletePolicy',
      'iam:DeletePolicyVersion',
      'iam:SetDefaultPolicyVersion',
      'iam:TagPolicy',
    ],
    ['role-boundary', 'execution', 'bootstrap-boundary'].map((part) =>
      policyArn(`tavus-recordings-tavusrec-${part}`),
    ),
  ),
  ...each(
    'a user',
    [
      'iam:AttachUserPolicy',
      'iam:CreateAccessKey',
      'iam:CreateLoginProfile',
      'iam:CreateUser',
      'iam:PutUserPolicy',
    ],
    [`arn:aws:iam::${account}:user/TavusRecordings-x`],
  ),
  ...each(
    'a group',
    ['iam:AddUserToGroup', 'iam:AttachGroupPolicy', 'iam:CreateGroup', 'iam:PutGroupPolicy'],
    [`arn:aws:iam::${account}:group/TavusRecordings-x`],
  ),
  ...each(
    'the identity provider for GitHub',
    [
      'iam:AddClientIDToOpenIDConnectProvider',
      'iam:CreateOpenIDConnectProvider',
      'iam:DeleteOpenIDConnectProvider',
      'iam:RemoveClientIDFromOpenIDConnectProvider',
      'iam:UpdateOpenIDConnectProviderThumbprint',
    ],
    [PROVIDER],
  ),
];

const BUCKET_WRITES = [
  's3:CreateBucket',
  's3:PutBucketLogging',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketTagging',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
];

/** The recordings themselves, and buckets that are not ours. */
const buckets = (): Escalation[] => [
  ...each(
    'the end of a bucket',
    ['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:DeleteBucketWebsite'],
    [RECORDINGS],
  ),
  ...each('a recording', [...OBJECT_LEVEL, ...FORBIDDEN_ON_OBJECTS], [`${RECORDINGS}/tavus/c1/1`]),
  ...each(
    'what no recordings stack needs',
    [
      's3:CreateBucketMetadataTableConfiguration',
      's3:GetBucketPolicyStatus',
      's3:ListBucketVersions',
      's3:PutAccelerateConfiguration',
      's3:PutBucketAcl',
      's3:PutBucketCORS',
      's3:PutBucketNotification',
      's3:PutBucketObjectLockConfiguration',
      's3:PutBucketWebsite',
      's3:PutInventoryConfiguration',
      's3:PutReplicationConfiguration',
    ],
    [RECORDINGS],
  ),
  ...each(
    "another project's bucket",
    [...BUCKET_WRITES, 's3:GetBucketPolicy'],
    [
      bucketArn('somebody-elses'),
      bucketArn('my-tavusrecordings-dev'),
      bucketArn('tavusrecordingsdev'),
      bucketArn(`cdk-tavusrec-assets-${account}-${region}`),
    ],
  ),
];

const KEY_ACTIONS = ['kms:DescribeKey', 'kms:EnableKeyRotation', 'kms:GetKeyPolicy', 'kms:TagResource'];

/** The key, whose policy could deny all access or grant it to others. */
const keys = (): Escalation[] => [
  ...each(
    'a key',
    [
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:DisableKey',
      'kms:DisableKeyRotation',
      'kms:EnableKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GetPublicKey',
      'kms:ListGrants',
      'kms:PutKeyPolicy',
      'kms:ReEncryptFrom',
      'kms:ReplicateKey',
      'kms:ScheduleKeyDeletion',
      'kms:UntagResource',
      'kms:UpdateKeyDescription',
    ],
    [OUR_KEY],
  ),
  ...each('a key elsewhere', KEY_ACTIONS, [
    `arn:aws:kms:eu-west-1:${account}:key/x`,
    `arn:aws:kms:${region}:${OTHER_ACCOUNT}:key/x`,
  ]),
  ...each('an alias', ['kms:CreateAlias'], [`arn:aws:kms:${region}:${account}:alias/x`]),
  ...each('a key store', ['kms:CreateCustomKeyStore', 'kms:ConnectCustomKeyStore'], ['*']),
];

/** Everything else that an account has. */
const others = (): Escalation[] => {
  const parameter = (name: string): string => `arn:aws:ssm:${region}:${account}:parameter/${name}`;
  return [
    ...each(
      'a parameter',
      ['ssm:GetParameters'],
      [parameter('database-password'), parameter('cdk-bootstrap/hnb659fds/version')],
    ),
    ...each(
      'the version of the bootstrap',
      ['ssm:DeleteParameter', 'ssm:GetParameterHistory', 'ssm:PutParameter'],
      [parameter('cdk-bootstrap/tavusrec/version')],
    ),
    ...each(
      'a secret',
      ['secretsmanager:GetSecretValue'],
      [`arn:aws:secretsmanager:${region}:${account}:secret:x`],
    ),
    ...each(
      'a function',
      ['lambda:CreateFunction', 'lambda:InvokeFunction'],
      [`arn:aws:lambda:${region}:${account}:function:x`],
    ),
    ...each('a table', ['dynamodb:GetItem'], [`arn:aws:dynamodb:${region}:${account}:table/x`]),
    ...each('a trail', ['cloudtrail:StopLogging'], [`arn:aws:cloudtrail:${region}:${account}:trail/x`]),
  ];
};

/** Escalations that must be denied to CloudFormation and to every role of the bootstrap. */
export const ESCALATIONS: readonly Escalation[] = [
  ...roles(),
  ...identities(),
  ...buckets(),
  ...keys(),
  ...others(),
];
