import { type DeployedRole, deployedRole, simulated } from '../deployed-role';
import { type CfnTemplate, parsePolicy, type PolicyDocument, resolve } from '../template';
import { PINNED_TRUST } from './helpers';

const GITHUB = 'token.actions.githubusercontent.com';

/** The CI identity's policies as deployed, with CloudFormation's functions resolved. */
export interface DeployedCiIdentity {
  readonly deployRole: DeployedRole;
  /** Undefined without a GitHub environment for it. */
  readonly checkRole: DeployedRole | undefined;
  readonly executionPolicy: PolicyDocument;
  readonly bootstrapBoundary: PolicyDocument;
  readonly roleBoundary: PolicyDocument;
}

/** Reads the resources that a deployment of the template, or of a mutant, would create. */
export function deployTrust({ Resources: resources }: CfnTemplate): DeployedCiIdentity {
  const role = (id: string): DeployedRole => simulated(deployedRole(resources, id), GITHUB);
  const policy = (id: string): PolicyDocument =>
    parsePolicy(resolve(resources[id]?.Properties['PolicyDocument'] ?? null, resources));
  return {
    deployRole: role(PINNED_TRUST.deployRole),
    checkRole: PINNED_TRUST.checkRole in resources ? role(PINNED_TRUST.checkRole) : undefined,
    executionPolicy: policy(PINNED_TRUST.executionPolicy),
    bootstrapBoundary: policy(PINNED_TRUST.bootstrapBoundary),
    roleBoundary: policy(PINNED_TRUST.roleBoundary),
  };
}
