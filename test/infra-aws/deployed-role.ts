import {
  asList,
  type CfnTemplate,
  isObject,
  type TemplateValue,
  parsePolicy,
  physical,
  type PolicyDocument,
  resolve,
} from './template';

/** A deployed role, with CloudFormation's functions resolved. */
export interface DeployedRole {
  readonly arn: string;
  readonly trust: PolicyDocument;
  /** Inline policies. */
  readonly policies: readonly PolicyDocument[];
}

export function deployedRole(resources: CfnTemplate['Resources'], id: string): DeployedRole {
  const property = (name: string): TemplateValue =>
    resolve(resources[id]?.Properties[name] ?? null, resources);
  return {
    arn: physical(resources, id).arn,
    trust: parsePolicy(property('AssumeRolePolicyDocument')),
    policies: asList(property('Policies')).flatMap((entry) =>
      isObject(entry) ? [parsePolicy(entry['PolicyDocument'])] : [],
    ),
  };
}

/**
 * The simulator knows `aud` and `sub` only for some issuers. The logic is the same, so the issuer's name is replaced in the
 * policy and in the request.
 */
export const SIMULATED_ISSUER = 'accounts.google.com';

/** A role that trusts this issuer's tokens, in a form that the simulator supports. */
export const simulated = (role: DeployedRole, issuer: string): DeployedRole => ({
  ...role,
  trust: parsePolicy(
    JSON.parse(
      ['aud', 'sub'].reduce(
        (text, claim) => text.replaceAll(`"${issuer}:${claim}"`, `"${SIMULATED_ISSUER}:${claim}"`),
        JSON.stringify(role.trust),
      ),
    ),
  ),
});
