import * as authorization from '@pulumi/azure-native/authorization';
import type * as pulumi from '@pulumi/pulumi';
import { ASSIGNED_ROLES, roleDefinitionId } from '../roles';
import { mayAssignOnly } from './delegation-condition';
import type { GithubIdentity } from './github-identity';

/** Azure's built-in roles for CI. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-25) */
const ROLES = {
  /** Everything except role assignments; also pushes images (learn.microsoft.com/azure/container-registry/container-registry-roles). */
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  /** Role assignments; always with a condition. */
  rbacAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  blobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  /** Uses keys. It can also disable a key, but not delete or replace it. */
  keyVaultCryptoUser: '12338af0-0e69-4776-bea7-57ae8d297424',
} as const;

/** Scopes of the role assignments: the resource group of the deployments, Pulumi's state and its key. */
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
 * Rights of the jobs that deploy: all resources of their group, the role assignments of the main program, read and write of
 * the state, use of the key.
 */
export function grantDeployer(identity: GithubIdentity, { subscriptionId, scopes }: RightsArgs): void {
  const grant = granter('deploy', identity, subscriptionId);
  grant('changes-resources', 'contributor', scopes.deployment);
  grant(
    'assigns-roles',
    'rbacAdministrator',
    scopes.deployment,
    mayAssignOnly(Object.values(ASSIGNED_ROLES)),
  );
  grant('writes-state', 'blobDataContributor', scopes.state);
  grant('uses-key', 'keyVaultCryptoUser', scopes.key);
}

/**
 * Rights of the read-only jobs: read resources and state, and decrypt the secrets in the state, which a preview needs. A
 * preview takes no lock and writes nothing (github.com/pulumi/pulumi pkg/backend/diy/backend.go at 1b5949891b, read
 * 2026-11-25).
 */
export function grantReader(identity: GithubIdentity, { subscriptionId, scopes }: RightsArgs): void {
  const grant = granter('check', identity, subscriptionId);
  grant('reads-resources', 'reader', scopes.deployment);
  grant('reads-state', 'blobDataReader', scopes.state);
  grant('uses-key', 'keyVaultCryptoUser', scopes.key);
}

const granter =
  (name: string, identity: GithubIdentity, subscriptionId: pulumi.Output<string>) =>
  (purpose: string, role: keyof typeof ROLES, scope: pulumi.CustomResource, condition?: string): void => {
    new authorization.RoleAssignment(
      `${name}-${purpose}`,
      {
        principalId: identity.principalId,
        // Without it Azure looks the identity up in the directory, which may not have it yet.
        principalType: 'ServicePrincipal',
        roleDefinitionId: subscriptionId.apply(roleDefinitionId(ROLES[role])),
        scope: scope.id,
        ...(condition === undefined ? {} : { condition, conditionVersion: '2.0' }),
      },
      { parent: identity, deletedWith: scope },
    );
  };
