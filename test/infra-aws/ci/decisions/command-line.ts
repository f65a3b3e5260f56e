import { EVERYTHING, OTHER_ACCOUNT } from '../../decisions/callers';
import { EXISTING_BUCKET } from '../../helpers';
import type { Decision, SimulatedOutcome } from '../../simulate';
import { bucketArn, roleArn, TARGET } from '../../template';
import type { DeployedCiIdentity } from '../deployed-ci-identity';
import { KEY_ELSEWHERE, type CiIdentityVariant } from '../helpers';
import { EXECUTION_ROLE, OUR_KEY, RECORDINGS, TAVUS_ROLE } from './escalations';
import type { Need } from './needs';
import { standingPolicy } from './standing-policies';

const { account, region } = TARGET;

const stack = (name: string, where: { account?: string; region?: string } = {}): string =>
  `arn:aws:cloudformation:${where.region ?? region}:${where.account ?? account}:stack/${name}/1`;

const OURS = stack('TavusRecordings-dev');
const OTHER_STACKS = [
  stack('TavusRecordingsTrust'),
  stack('CDKToolkit-tavusrec'),
  stack('somebody-elses'),
  stack('TavusRecordings-dev', { account: OTHER_ACCOUNT }),
  stack('TavusRecordings-dev', { region: 'eu-west-1' }),
];

const CHANGES = ['ContinueUpdateRollback', 'CreateChangeSet', 'CreateStack', 'RollbackStack', 'UpdateStack'];

/** Calls of CLI 2.1148.1 for `deploy`, `diff` and `drift` of a stack that has a name. */
const USES = [
  'DeleteChangeSet',
  'DescribeChangeSet',
  'DescribeEvents',
  'DescribeStackEvents',
  'DescribeStackResourceDrifts',
  'DescribeStackResources',
  'DescribeStacks',
  'DetectStackDrift',
  'DetectStackResourceDrift',
  'ExecuteChangeSet',
  'GetTemplate',
  'ListChangeSets',
  'ListHookResults',
  'ListStackResources',
  'UpdateTerminationProtection',
];

/** Calls that would delete our stacks or change others. */
const NOT_OURS = [
  'CancelUpdateStack',
  'CreateStackRefactor',
  'DeleteStack',
  'GetStackPolicy',
  'SetStackPolicy',
  'SignalResource',
];

const as = (role: string): Need['context'] => ({ 'cloudformation:RoleArn': role });

const WITHOUT_THE_ROLE: Readonly<Record<string, Need['context']>> = {
  'with the role that the stack was made with': {},
  "with the role of CDK's own bootstrap": as(roleArn(`cdk-hnb659fds-cfn-exec-role-${account}-${region}`)),
  'with an administrator': as(roleArn('administrator')),
  'with our role in capitals': as(EXECUTION_ROLE.toUpperCase()),
};

const ASSETS = bucketArn(`cdk-tavusrec-assets-${account}-${region}`);
const OTHER_ASSETS = bucketArn(`cdk-hnb659fds-assets-${account}-${region}`);
const VERSION = `arn:aws:ssm:${region}:${account}:parameter/cdk-bootstrap/tavusrec/version`;

type Asked = readonly [SimulatedOutcome, string, string, Need['context']?];

const stacks: readonly Asked[] = [
  ...CHANGES.map((action): Asked => ['allowed', `cloudformation:${action}`, OURS, as(EXECUTION_ROLE)]),
  ...CHANGES.flatMap((action) =>
    OTHER_STACKS.map((other): Asked => ['denied', `cloudformation:${action}`, other, as(EXECUTION_ROLE)]),
  ),
  ...USES.map((action): Asked => ['allowed', `cloudformation:${action}`, OURS]),
  ...USES.flatMap((action) =>
    OTHER_STACKS.map((other): Asked => ['denied', `cloudformation:${action}`, other]),
  ),
  ...NOT_OURS.map((action): Asked => ['denied', `cloudformation:${action}`, OURS]),
  ['denied', 'cloudformation:DeleteStack', OURS, as(EXECUTION_ROLE)],
  ['allowed', 'cloudformation:DescribeStackDriftDetectionStatus', '*'],
  ['allowed', 'cloudformation:GetHookResult', '*'],
  ['allowed', 'cloudformation:GetTemplateSummary', stack('somebody-elses')],
  ['denied', 'cloudformation:ListStacks', '*'],
  ['denied', 'cloudformation:CreateGeneratedTemplate', '*'],
];

const passing: readonly Asked[] = [
  ['allowed', 'iam:PassRole', EXECUTION_ROLE, { 'iam:PassedToService': 'cloudformation.amazonaws.com' }],
  ['denied', 'iam:PassRole', EXECUTION_ROLE, { 'iam:PassedToService': 'ec2.amazonaws.com' }],
  ['denied', 'iam:PassRole', EXECUTION_ROLE, { 'iam:PassedToService': 'CloudFormation.amazonaws.com' }],
  ['denied', 'iam:PassRole', EXECUTION_ROLE, {}],
];

const objects = (bucket: string): string => `${bucket}/x.template.json`;

const assets: readonly Asked[] = [
  ...['s3:GetBucketLocation', 's3:GetEncryptionConfiguration', 's3:ListBucket'].flatMap((action): Asked[] => [
    ['allowed', action, ASSETS],
    ['denied', action, OTHER_ASSETS],
  ]),
  ...['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'].flatMap((action): Asked[] => [
    ['allowed', action, objects(ASSETS)],
    ['denied', action, objects(OTHER_ASSETS)],
    ['denied', action, objects(RECORDINGS)],
  ]),
  ...['s3:DeleteObject', 's3:GetObjectVersion', 's3:PutObjectAcl'].map((action): Asked => [
    'denied',
    action,
    objects(ASSETS),
  ]),
  ...['s3:GetBucketWebsite', 's3:ListBucketVersions', 's3:PutBucketPolicy'].map((action): Asked => [
    'denied',
    action,
    ASSETS,
  ]),
  ...['ecr:PutImage', 'ecr:BatchGetImage'].map((action): Asked => [
    'denied',
    action,
    `arn:aws:ecr:${region}:${account}:repository/cdk-tavusrec-container-assets-${account}-${region}`,
  ]),
];

const THROUGH_S3 = { 'kms:ViaService': `s3.${region}.amazonaws.com` };

const keys: readonly Asked[] = ['kms:Decrypt', 'kms:GenerateDataKey'].flatMap((action): Asked[] => [
  ['allowed', action, OUR_KEY, THROUGH_S3],
  ['denied', action, OUR_KEY, { 'kms:ViaService': `ec2.${region}.amazonaws.com` }],
  ['denied', action, OUR_KEY, { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }],
  ['denied', action, OUR_KEY, { 'kms:ViaService': `S3.${region}.amazonaws.com` }],
  ['denied', action, OUR_KEY.replace(account, OTHER_ACCOUNT), THROUGH_S3],
  ['denied', action, OUR_KEY.replace(region, 'eu-west-1'), THROUGH_S3],
]);

const others: readonly Asked[] = [
  ['denied', 'kms:DeriveSharedSecret', OUR_KEY, THROUGH_S3],
  ['denied', 'kms:GenerateDataKeyPair', OUR_KEY, THROUGH_S3],
  ['allowed', 'ssm:GetParameter', VERSION],
  ['denied', 'ssm:GetParameter', VERSION.replace('tavusrec', 'hnb659fds')],
  ['denied', 'ssm:GetParameterHistory', VERSION],
];

const LOOKS = [
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

/** Read requests of `recordings doctor`, also of existing buckets, which it must never change. */
function doctor(variant: CiIdentityVariant): Asked[] {
  const adopted = variant === 'most' ? 'allowed' : 'denied';
  const bucket = bucketArn(EXISTING_BUCKET);
  const provider = `arn:aws:iam::${account}:oidc-provider/sts.windows.net/11111111-2222-4333-8444-555555555555/`;
  return [
    ['allowed', 's3:GetAccountPublicAccessBlock', '*'],
    ['denied', 's3:PutAccountPublicAccessBlock', '*'],
    ['denied', 's3:ListAllMyBuckets', '*'],
    ['allowed', 'iam:SimulatePrincipalPolicy', TAVUS_ROLE],
    ['denied', 'iam:SimulatePrincipalPolicy', roleArn('administrator')],
    [adopted, 'iam:GetOpenIDConnectProvider', provider],
    ...['iam:AddClientIDToOpenIDConnectProvider', 'iam:DeleteOpenIDConnectProvider'].map((action): Asked => [
      'denied',
      action,
      provider,
    ]),
    ['denied', 'iam:GetOpenIDConnectProvider', provider.replace('11111111', '99999999')],
    ...LOOKS.flatMap((action): Asked[] => [
      [adopted, action, bucket],
      ['denied', action, bucketArn('somebody-elses')],
    ]),
    ...['s3:GetBucketAcl', 's3:ListBucketVersions', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration'].map(
      (action): Asked => ['denied', action, bucket],
    ),
    ['denied', 's3:GetObject', `${bucket}/tavus/c1/1`],
    ...['kms:DescribeKey', 'kms:GetKeyPolicy'].map((action): Asked => [adopted, action, KEY_ELSEWHERE]),
    ...['kms:Decrypt', 'kms:EnableKeyRotation', 'kms:GetKeyRotationStatus', 'kms:PutKeyPolicy'].map(
      (action): Asked => ['denied', action, KEY_ELSEWHERE],
    ),
  ];
}

/**
 * The maximum rights of the roles that the CLI assumes, even if the bootstrap grants them everything. Requests
 * that must be denied are tested together with CloudFormation's.
 */
export function commandLineDecisions(
  { bootstrapBoundary }: DeployedCiIdentity,
  variant: CiIdentityVariant,
): Decision[] {
  const ask = (
    [expected, action, resource, context = {}]: Asked,
    how = JSON.stringify(context),
  ): Decision => ({
    name: `bootstrap role: ${action} on ${resource} ${how}`,
    expected,
    requests: [
      {
        principal: roleArn(`cdk-tavusrec-deploy-role-${account}-${region}`),
        identity: [EVERYTHING],
        boundary: bootstrapBoundary,
        action,
        resource,
        resourcePolicy: standingPolicy(action, resource),
        context,
      },
    ],
  });
  return [
    ...[...stacks, ...passing, ...assets, ...keys, ...others, ...doctor(variant)].map((asked) => ask(asked)),
    ...CHANGES.flatMap((action) =>
      Object.entries(WITHOUT_THE_ROLE).map(([how, context]) =>
        ask(['denied', `cloudformation:${action}`, OURS, context], how),
      ),
    ),
  ];
}
