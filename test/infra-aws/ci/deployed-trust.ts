import {
  asList,
  type CfnTemplate,
  isObject,
  type Json,
  parsePolicy,
  physical,
  type PolicyDocument,
  resolve,
} from '../template';
import { PINNED_TRUST } from './helpers';

/** A role of a GitHub job once it is deployed. */
export interface DeployedRole {
  readonly arn: string;
  readonly trust: PolicyDocument;
  readonly policies: readonly PolicyDocument[];
}

/** What the trust's policies are once they are deployed, without CloudFormation's functions. */
export interface DeployedTrust {
  readonly deployRole: DeployedRole;
  /** Undefined without a GitHub environment for it. */
  readonly checkRole: DeployedRole | undefined;
  readonly executionPolicy: PolicyDocument;
  readonly bootstrapBoundary: PolicyDocument;
  readonly roleBoundary: PolicyDocument;
}

/**
 * The simulator knows GitHub's newer claims, but of `aud` and `sub` only another issuer's. It is the same logic: the name
 * of the issuer changes in the policy and in the request.
 */
export const SIMULATED_ISSUER = 'accounts.google.com';
const asSimulated = (policy: PolicyDocument): PolicyDocument =>
  parsePolicy(
    JSON.parse(
      JSON.stringify(policy).replaceAll(
        /token\.actions\.githubusercontent\.com:(aud|sub)"/g,
        `${SIMULATED_ISSUER}:$1"`,
      ),
    ),
  );

/** Reads what a deployment of the template, or of a mutant of it, would make. */
export function deployTrust({ Resources: resources }: CfnTemplate): DeployedTrust {
  const property = (id: string, name: string): Json =>
    resolve(resources[id]?.Properties[name] ?? null, resources);
  const role = (id: string): DeployedRole => ({
    arn: physical(resources, id).arn,
    trust: asSimulated(parsePolicy(property(id, 'AssumeRolePolicyDocument'))),
    policies: asList(property(id, 'Policies')).flatMap((entry) =>
      isObject(entry) ? [parsePolicy(entry['PolicyDocument'])] : [],
    ),
  });
  const policy = (id: string): PolicyDocument => parsePolicy(property(id, 'PolicyDocument'));
  return {
    deployRole: role(PINNED_TRUST.deployRole),
    checkRole: PINNED_TRUST.checkRole in resources ? role(PINNED_TRUST.checkRole) : undefined,
    executionPolicy: policy(PINNED_TRUST.executionPolicy),
    bootstrapBoundary: policy(PINNED_TRUST.bootstrapBoundary),
    roleBoundary: policy(PINNED_TRUST.roleBoundary),
  };
}
