import { CfnOutput, type Environment, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { OidcProviderNative } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type BackendIdentity, entraIssuer, tokenAudiences } from '../../contract/backend-identity';
import { ownRights } from '../own-rights';

/** Not of the form `TavusRecordings-<environment>`, so that nothing which CI may do to those reaches this one. */
const IDENTITY_STACK = 'TavusRecordingsIdentity';

export interface IdentityStackProps {
  readonly env: Environment;
  /** Backends of all environments; those of one tenant share its provider. */
  readonly backends: readonly BackendIdentity[];
}

/**
 * Makes an account trust the issuer of its backends' tokens: one provider a tenant, which accepts their audiences alone.
 * It gives no rights; the reader role of each environment pins audience and identity.
 *
 * Deployed by a person, with that person's own rights: CI may make no identity provider. The providers stay when the stack
 * goes, because others of the account may rely on them. No thumbprints: AWS trusts this issuer's certificate authority.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html (read 2026-11-22)
 */
export class IdentityStack extends Stack {
  constructor(scope: Construct, { env, backends }: IdentityStackProps) {
    // No termination protection: the providers stay in any case.
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

/** CloudFormation takes 1,024 characters. */
const DESCRIPTION =
  'Whose tokens this account trusts for reading Tavus recordings: one identity provider a tenant. Deployed by a person, once ' +
  'an account: npx cdk deploy --app "node --require tsx/cjs infra-aws/identity.ts". Where it answers that the provider ' +
  'exists, delete this stack and add the audience to that provider: aws iam add-client-id-to-open-id-connect-provider ' +
  '--open-id-connect-provider-arn arn:aws:iam::<account>:oidc-provider/sts.windows.net/<tenant>/ --client-id <audience>';
