import * as app from '@pulumi/azure-native/app';
import * as authorization from '@pulumi/azure-native/authorization';
import * as containerregistry from '@pulumi/azure-native/containerregistry';
import * as keyvault from '@pulumi/azure-native/keyvault';
import * as managedidentity from '@pulumi/azure-native/managedidentity';
import * as operationalinsights from '@pulumi/azure-native/operationalinsights';
import * as resources from '@pulumi/azure-native/resources';
import * as pulumi from '@pulumi/pulumi';
import { auditLog } from './audit-log';
import type { ProgramConfig } from './config';
import { LedgerTable } from './ledger-table';
import type { ResourceScope } from './resource-scope';
import { roleId, type AssignedRole } from './roles';
import { resourceTags } from './tags';

export type PlatformArgs = Pick<
  ProgramConfig,
  | 'environment'
  | 'location'
  | 'logDailyCapGb'
  | 'logRetentionDays'
  | 'protectData'
  | 'resourceGroupName'
  | 'tags'
>;

/**
 * All resources that exist before the backend's image: logs, registry, vault, the ledger's table, two identities and the
 * Container Apps environment. It has no secrets, so the first `pulumi up` needs none; they come with the backend.
 *
 * It creates no network, no custom domain and no image.
 */
export class Platform extends pulumi.ComponentResource {
  readonly scope: ResourceScope;
  readonly workspace: operationalinsights.Workspace;
  readonly registry: containerregistry.Registry;
  readonly vault: keyvault.Vault;
  /** Pulls images and reads secrets for the platform; the code in the container cannot get its token. */
  readonly pullIdentity: managedidentity.UserAssignedIdentity;
  /** The identity of the code in the container: it may read and write the ledger's table. */
  readonly appIdentity: managedidentity.UserAssignedIdentity;
  readonly environment: app.ManagedEnvironment;
  readonly ledger: LedgerTable;
  /** Rights of the identities. They take minutes to take effect, so they are created here, before the backend needs them. */
  readonly rights: readonly authorization.RoleAssignment[];
  readonly tenantId: pulumi.Output<string>;
  /** Whether Pulumi refuses to delete resources with data. */
  readonly protectData: boolean;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    // No arguments: Pulumi would store them in the state without need.
    super('tavus-recordings:azure:Platform', name, {}, opts);
    const client = authorization.getClientConfigOutput({ parent: this });
    this.tenantId = client.tenantId;
    this.scope = scopeOf(name, args, this);
    this.protectData = args.protectData;
    const { scope } = this;
    // Resources with data or identities. CI refuses to delete the same ones (ops/deploy/pulumi/judge-preview.ts).
    const kept = { parent: this, protect: args.protectData };

    this.workspace = new operationalinsights.Workspace(
      `${name}-logs`,
      {
        ...scope,
        sku: { name: 'PerGB2018' },
        retentionInDays: args.logRetentionDays,
        workspaceCapping: { dailyQuotaGb: args.logDailyCapGb },
        // No shared key, so that none can land in the state.
        features: { disableLocalAuth: true },
      },
      kept,
    );
    this.registry = new containerregistry.Registry(
      // A registry's name has no hyphens; the provider adds random characters to this name.
      `${name}registry`,
      { ...scope, sku: { name: 'Basic' }, adminUserEnabled: false },
      kept,
    );
    this.vault = new keyvault.Vault(
      `${name}-vault`,
      {
        ...scope,
        properties: {
          tenantId: client.tenantId,
          sku: { family: 'A', name: 'standard' },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
          enablePurgeProtection: true,
        },
      },
      kept,
    );
    const identity = (purpose: string): managedidentity.UserAssignedIdentity =>
      new managedidentity.UserAssignedIdentity(`${name}-${purpose}`, scope, kept);
    this.pullIdentity = identity('pull');
    this.appIdentity = identity('app');
    this.environment = new app.ManagedEnvironment(
      `${name}-environment`,
      {
        ...scope,
        // The other destination, log-analytics, would put the workspace's shared key into the state.
        appLogsConfiguration: { destination: 'azure-monitor' },
        workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
      },
      kept,
    );
    this.ledger = new LedgerTable('ledger', { scope, protectData: args.protectData }, { parent: this });
    this.rights = this.grantRights(name, client.subscriptionId);
    this.auditLogs(name);
    this.registerOutputs();
  }

  private grantRights(name: string, subscriptionId: pulumi.Output<string>): authorization.RoleAssignment[] {
    const grant = (
      purpose: string,
      identity: managedidentity.UserAssignedIdentity,
      role: AssignedRole,
      scope: pulumi.CustomResource,
    ) =>
      new authorization.RoleAssignment(
        `${name}-${purpose}`,
        {
          principalId: identity.principalId,
          // Without it Azure looks the identity up in the directory, which may not have it yet.
          principalType: 'ServicePrincipal',
          roleDefinitionId: subscriptionId.apply(roleId(role)),
          scope: scope.id,
        },
        { parent: this, deletedWith: scope },
      );
    return [
      grant('pulls-images', this.pullIdentity, 'acrPull', this.registry),
      // On the whole vault: it has only this backend's secrets.
      grant('reads-secrets', this.pullIdentity, 'keyVaultSecretsUser', this.vault),
      // On the whole storage account: it has only the ledger.
      grant('keeps-ledger', this.appIdentity, 'storageTableDataContributor', this.ledger.account),
    ];
  }

  private auditLogs(name: string): void {
    const { workspace } = this;
    const log = (purpose: string, of: pulumi.CustomResource, categories: readonly string[]) =>
      auditLog(`${name}-${purpose}`, { of, categories, workspace, parent: this });
    log('container-logs', this.environment, ['ContainerAppConsoleLogs', 'ContainerAppSystemLogs']);
    log('vault-logs', this.vault, ['AuditEvent']);
    log('registry-logs', this.registry, [
      'ContainerRegistryLoginEvents',
      'ContainerRegistryRepositoryEvents',
    ]);
  }
}

function scopeOf(name: string, args: PlatformArgs, parent: pulumi.Resource): ResourceScope {
  const { location, environment, protectData } = args;
  const tags = resourceTags(environment, args.tags);
  const resourceGroupName =
    args.resourceGroupName ??
    new resources.ResourceGroup(`${name}-group`, { location, tags }, { parent, protect: protectData }).name;
  return { resourceGroupName, location, tags };
}
