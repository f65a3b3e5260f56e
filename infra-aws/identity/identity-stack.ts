import { CfnOutput, type Environment, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { OidcProviderNative } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type BackendIdentity, entraIssuer, tokenAudiences } from '../../contract/backend-identity';
import { ownRights } from '../own-rights';

/** Does not match `TavusRecordings-<environment>`, so that CI's rights on those stacks do not reach this one. */
const IDENTITY_STACK = 'TavusRecordingsIdentity';

export interface IdentityStackProps {
  readonly env: Environment;
  /** Backends of all environments; backends of one tenant share a provider. */
  readonly backends: readonly BackendIdentity[];
}

/**
 * The identity providers through which the account trusts the backends' tokens: one for each tenant, limited to the backends'
 * audiences. A provider gives no rights; each environment's reader role checks audience and identity.
 *
 * A person deploys it with their own rights: CI may not create identity providers. The providers are retained when the stack
 * is deleted, because others in the account may use them. No thumbprints: AWS trusts this issuer's certificate authority.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html (read 2026-11-22)
 */
export class IdentityStack extends Stack {
  constructor(scope: Construct, { env, backends }: IdentityStackProps) {
    // No termination protection: the providers are retained anyway.
    super(scope, IDENTITY_STACK, { env, description: DESCRIPTION, synthesizer: ownRights() });
    for (const [tenantId, audiences] of audiencesByTenant(backends)) {
      // The tenant is part of the id: an issuer cannot be changed, so another tenant must be another resource.
      const provider = new OidcProviderNative(this, `Provider-${tenantId}`, {
        url: `https://${entraIssuer(tenantId)}`,
        clientIds: audiences,
        removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      });
      this.output(`ProviderArn-${tenantId}`, provider.oidcProviderArn);
    }
  }

  private output(id: string, value: string): CfnOutput {
    return new CfnOutput(this, id, { value });
  }
}

/** Sorted, so that the order of environments changes nothing. */
function audiencesByTenant(backends: readonly BackendIdentity[]): Map<string, string[]> {
  const byTenant = new Map<string, Set<string>>();
  for (const backend of backends) {
    const known = byTenant.get(backend.tenantId) ?? new Set();
    for (const audience of tokenAudiences(backend)) known.add(audience);
    byTenant.set(backend.tenantId, known);
  }
  return new Map([...byTenant].map(([tenantId, audiences]) => [tenantId, [...audiences].toSorted()]));
}

/** CloudFormation's limit is 1,024 characters. */
const DESCRIPTION =
  'Whose tokens this account trusts for reading Tavus recordings: one identity provider a tenant. Deployed by a person, once ' +
  'an account: npx cdk deploy --app "node --require tsx/cjs infra-aws/identity.ts". Where it answers that the provider ' +
  'exists, delete this stack and add the audience to that provider: aws iam add-client-id-to-open-id-connect-provider ' +
  '--open-id-connect-provider-arn arn:aws:iam::<account>:oidc-provider/sts.windows.net/<tenant>/ --client-id <audience>';
