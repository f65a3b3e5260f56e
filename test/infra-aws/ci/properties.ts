import { type ExpectedResource, expectationProblems } from '../expected';
import { invariantProblems } from '../invariants';
import { type CfnTemplate, type TemplateObject, madeUpName, policyArn, roleArn, TARGET } from '../template';
import { EXISTING_PROVIDER, PINNED_TRUST, type CiIdentityVariant } from './helpers';

const policy = (part: string): ExpectedResource => ({
  type: 'AWS::IAM::ManagedPolicy',
  // Setting and command use this name. Changing its description later would need another name.
  properties: { Description: '', ManagedPolicyName: `tavus-recordings-tavusrec-${part}`, Path: '/' },
  decidedElsewhere: ['PolicyDocument'],
  survivesItsStack: false,
});

const ROLE: ExpectedResource = {
  type: 'AWS::IAM::Role',
  // One hour, which is also the limit for the bootstrap's roles assumed from it.
  properties: { MaxSessionDuration: 3600 },
  decidedElsewhere: ['AssumeRolePolicyDocument', 'Policies'],
  survivesItsStack: false,
};

const PROVIDER: ExpectedResource = {
  type: 'AWS::IAM::OIDCProvider',
  properties: { ClientIdList: ['sts.amazonaws.com'], Url: 'https://token.actions.githubusercontent.com' },
  // The account's only provider of this issuer; others may use it.
  survivesItsStack: true,
};

const expectedResources = (variant: CiIdentityVariant): Readonly<Record<string, ExpectedResource>> => ({
  [PINNED_TRUST.roleBoundary]: policy('role-boundary'),
  [PINNED_TRUST.executionPolicy]: policy('execution'),
  [PINNED_TRUST.bootstrapBoundary]: policy('bootstrap-boundary'),
  [PINNED_TRUST.deployRole]: ROLE,
  ...(variant === 'most' ? { [PINNED_TRUST.checkRole]: ROLE } : { [PINNED_TRUST.provider]: PROVIDER }),
});

const arnOf = (id: string): string => roleArn(madeUpName(id));

const expectedOutputs = (variant: CiIdentityVariant): TemplateObject => ({
  BootstrapCommand:
    `npx cdk bootstrap aws://${TARGET.account}/${TARGET.region} --qualifier tavusrec --toolkit-stack-name CDKToolkit-tavusrec ` +
    `--termination-protection --cloudformation-execution-policies ${policyArn('tavus-recordings-tavusrec-execution')} ` +
    '--custom-permissions-boundary tavus-recordings-tavusrec-bootstrap-boundary --apply-permissions-boundary-to-all-roles',
  PermissionsBoundary: 'tavus-recordings-tavusrec-role-boundary',
  DeployRoleArn: arnOf(PINNED_TRUST.deployRole),
  ExecutionPolicyArn: policyArn('tavus-recordings-tavusrec-execution'),
  RoleBoundaryArn: policyArn('tavus-recordings-tavusrec-role-boundary'),
  BootstrapBoundaryArn: policyArn('tavus-recordings-tavusrec-bootstrap-boundary'),
  GithubProviderArn: EXISTING_PROVIDER,
  ...(variant === 'most' ? { CheckRoleArn: arnOf(PINNED_TRUST.checkRole) } : {}),
});

/** The allowed resources of the CI identity. */
const TRUST_TYPES = ['AWS::IAM::ManagedPolicy', 'AWS::IAM::OIDCProvider', 'AWS::IAM::Role'];

/** Everything in the template, except its policies, that differs from the expected values; empty without a difference. */
export const ciIdentityProblems = (variant: CiIdentityVariant, template: CfnTemplate): string[] => [
  ...expectationProblems(template, expectedResources(variant), expectedOutputs(variant)),
  ...invariantProblems(template, TRUST_TYPES),
];
