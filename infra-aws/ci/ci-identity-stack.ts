import { CfnOutput, type Environment as Target, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../../contract/environments';
import { BootstrapBoundary } from './bootstrap-boundary';
import {
  type BootstrapRole,
  bootstrapRoleArn,
  CLI_ROLES,
  versionParameterArn,
} from '../../contract/bootstrap-names';
import { ExecutionPolicy } from './execution-policy';
import { ownRights } from '../own-rights';
import { GithubProvider } from './github-provider';
import { GithubRole } from './github-role';
import { recordingsArns } from './recordings-arns';
import { RoleBoundary } from './role-boundary';
import type { AwsCiIdentitySettings } from './ci-identity-settings';

/** Does not match `TavusRecordings-<environment>`, so that CI's rights on those stacks do not reach this one. */
const CI_IDENTITY_STACK = 'TavusRecordingsTrust';

export interface CiIdentityStackProps {
  readonly env: Target;
  readonly settings: AwsCiIdentitySettings;
  /** All environments that CI deploys in the account and region. */
  readonly environments: readonly Environment[];
}

/**
 * The CI identity in one AWS account: which GitHub job may deploy, and with which rights.
 *
 * A person deploys it with their own rights and without a bootstrap: with a bootstrap's role, everyone who may update the
 * stack would be an administrator.
 */
export class CiIdentityStack extends Stack {
  constructor(scope: Construct, props: CiIdentityStackProps) {
    super(scope, CI_IDENTITY_STACK, {
      env: props.env,
      description: DESCRIPTION,
      synthesizer: ownRights(),
      terminationProtection: true,
    });
    const { settings } = props;
    const qualifier = settings.bootstrapQualifier;
    // Fixed names, because two commands and a setting need them. Knowing a policy's name gives no rights.
    const policyName = (part: string): string => `tavus-recordings-${qualifier}-${part}`;

    const arns = recordingsArns(this, props.environments);
    const roleBoundary = new RoleBoundary(this, 'RoleBoundary', { name: policyName('role-boundary'), arns });
    const limits = {
      arns,
      roleBoundaryArn: roleBoundary.managedPolicyArn,
      versionParameterArn: versionParameterArn(this, qualifier),
    };
    const executionPolicy = new ExecutionPolicy(this, 'ExecutionPolicy', {
      name: policyName('execution'),
      ...limits,
    });
    const bootstrapBoundary = new BootstrapBoundary(this, 'BootstrapBoundary', {
      name: policyName('bootstrap-boundary'),
      qualifier,
      ...limits,
    });

    const providerArn =
      settings.githubProviderArn ?? new GithubProvider(this, 'GithubProvider').oidcProviderArn;
    const job = (id: string, environment: string, roles: readonly BootstrapRole[]): GithubRole =>
      new GithubRole(this, id, {
        providerArn,
        settings,
        environment,
        mayAssume: roles.map((role) => bootstrapRoleArn(this, qualifier, role)),
      });
    const deployRole = job('DeployRole', settings.githubEnvironment, CLI_ROLES);

    this.output('BootstrapCommand', 'Run this next, once, manually.', [
      `npx cdk bootstrap aws://${this.account}/${this.region}`,
      `--qualifier ${qualifier} --toolkit-stack-name CDKToolkit-${qualifier} --termination-protection`,
      `--cloudformation-execution-policies ${executionPolicy.managedPolicyArn}`,
      `--custom-permissions-boundary ${policyName('bootstrap-boundary')}`,
      '--apply-permissions-boundary-to-all-roles',
    ]);
    this.output('PermissionsBoundary', 'For permissionsBoundary of each environment in cdk.json.', [
      policyName('role-boundary'),
    ]);
    this.output('DeployRoleArn', 'For the job that deploys, as role-to-assume.', [deployRole.roleArn]);
    this.output('ExecutionPolicyArn', 'What CloudFormation may do for CI.', [
      executionPolicy.managedPolicyArn,
    ]);
    this.output('RoleBoundaryArn', 'The most that a role made by CI can do.', [
      roleBoundary.managedPolicyArn,
    ]);
    this.output('BootstrapBoundaryArn', 'The most that a role of the bootstrap can do.', [
      bootstrapBoundary.managedPolicyArn,
    ]);
    this.output('GithubProviderArn', "The account's provider of GitHub's tokens.", [providerArn]);

    if (settings.githubCheckEnvironment === undefined) return;
    const checkRole = job('CheckRole', settings.githubCheckEnvironment, ['lookup']);
    this.output('CheckRoleArn', 'For the read-only job, as role-to-assume.', [checkRole.roleArn]);
  }

  private output(id: string, description: string, parts: readonly string[]): CfnOutput {
    return new CfnOutput(this, id, { description, value: parts.join(' ') });
  }
}

/** CloudFormation's limit is 1,024 characters. */
const DESCRIPTION =
  'Which GitHub job may deploy the Tavus recordings, and how far that reaches. Deployed by a person, never by CI: ' +
  'npx cdk deploy --app "node --require tsx/cjs infra-aws/ci.ts". Then run the command of the output BootstrapCommand, and ' +
  'deploy with --context @aws-cdk/core:bootstrapQualifier=<bootstrapQualifier>.';
