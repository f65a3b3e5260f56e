import * as authorization from '@pulumi/azure-native/authorization';
import type * as pulumi from '@pulumi/pulumi';
import { ASSIGNED_ROLES, roleDefinitionId } from '../roles';
import { mayAssignOnly } from './delegation-condition';
import type { GithubIdentity } from './github-identity';

/** Azure's built-in roles of those who deploy or look. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-25) */
const ROLES = {
  /** Everything but rights. It pushes images too (learn.microsoft.com/azure/container-registry/container-registry-roles). */
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  /** Rights; never without a condition. */
  rbacAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  blobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  /** Uses keys. It could disable one too, but neither delete nor replace it. */
  keyVaultCryptoUser: '12338af0-0e69-4776-bea7-57ae8d297424',
} as const;

/** What rights are given on: all that an environment's deployments make, and the two things that they rely on. */
export interface Scopes {
  readonly deployment: pulumi.CustomResource;
  readonly state: pulumi.CustomResource;
  readonly key: pulumi.CustomResource;
}

export interface RightsArgs {
  readonly subscriptionId: pulumi.Output<string>;
  readonly scopes: Scopes;
}

/**
 * What the job that deploys may do: everything in its own group, rights included as far as the main program assigns them;
 * and outside of it read and write the state, and use the key.
 */
export function letDeploy(identity: GithubIdentity, { subscriptionId, scopes }: RightsArgs): void {
  const give = giver('deploy', identity, subscriptionId);
  give('changes-resources', 'contributor', scopes.deployment);
  give('assigns-roles', 'rbacAdministrator', scopes.deployment, mayAssignOnly(Object.values(ASSIGNED_ROLES)));
  give('writes-state', 'blobDataContributor', scopes.state);
  give('uses-key', 'keyVaultCryptoUser', scopes.key);
}

/**
 * What the job that only looks may do: read resources and state, and open the secrets in it, without which there is no
 * preview. A preview takes no lock and writes nothing
 * (github.com/pulumi/pulumi pkg/backend/diy/backend.go at 1b5949891b, read 2026-11-25).
 */
export function letLook(identity: GithubIdentity, { subscriptionId, scopes }: RightsArgs): void {
  const give = giver('check', identity, subscriptionId);
  give('reads-resources', 'reader', scopes.deployment);
  give('reads-state', 'blobDataReader', scopes.state);
  give('uses-key', 'keyVaultCryptoUser', scopes.key);
}

const giver =
  (name: string, identity: GithubIdentity, subscriptionId: pulumi.Output<string>) =>
  (purpose: string, role: keyof typeof ROLES, scope: pulumi.CustomResource, condition?: string): void => {
    new authorization.RoleAssignment(
      `${name}-${purpose}`,
      {
        principalId: identity.principalId,
        // Otherwise Azure looks the identity up in a directory that may not know it yet.
        principalType: 'ServicePrincipal',
        roleDefinitionId: subscriptionId.apply(roleDefinitionId(ROLES[role])),
        scope: scope.id,
        ...(condition === undefined ? {} : { condition, conditionVersion: '2.0' }),
      },
      { parent: identity, deletedWith: scope },
    );
  };
