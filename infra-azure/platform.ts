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
import { roleId, type Role } from './roles';
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
 * All that must be there before the backend's image is: logs, registry, vault, the ledger's table, two identities and the
 * environment that runs containers. It holds no secret: those come with the backend, so that a first `pulumi up` needs none.
 *
 * It makes no network of its own, no custom domain and no image.
 */
export class Platform extends pulumi.ComponentResource {
  readonly scope: ResourceScope;
  readonly workspace: operationalinsights.Workspace;
  readonly registry: containerregistry.Registry;
  readonly vault: keyvault.Vault;
  /** Pulls images and reads secret references; the code in the container can't get its token. */
  readonly pullIdentity: managedidentity.UserAssignedIdentity;
  /** What the code in the container is: it may read and write the ledger's table. */
  readonly appIdentity: managedidentity.UserAssignedIdentity;
  readonly environment: app.ManagedEnvironment;
  readonly ledger: LedgerTable;
  /** What the identities may do. Rights take minutes to spread, so they are made here, long before they are needed. */
  readonly rights: readonly authorization.RoleAssignment[];
  readonly tenantId: pulumi.Output<string>;
  /** Whether Pulumi refuses to delete what can't be made again. */
  readonly protectData: boolean;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    // Arguments of a component land in the state; nobody reads them there.
    super('tavus-recordings:azure:Platform', name, {}, opts);
    const client = authorization.getClientConfigOutput({ parent: this });
    this.tenantId = client.tenantId;
    this.scope = scopeOf(name, args, this);
    this.protectData = args.protectData;
    const { scope } = this;
    // None of these can be made again as it was; CI refuses to delete the same ones (ops/deploy/pulumi/judge-preview.ts).
    const kept = { parent: this, protect: args.protectData };

    this.workspace = new operationalinsights.Workspace(
      `${name}-logs`,
      {
        ...scope,
        sku: { name: 'PerGB2018' },
        retentionInDays: args.logRetentionDays,
        workspaceCapping: { dailyQuotaGb: args.logDailyCapGb },
        // Without its shared key there is none to keep out of the state.
        features: { disableLocalAuth: true },
      },
      kept,
    );
    this.registry = new containerregistry.Registry(
      // A registry's name takes no hyphen, and the provider adds to the logical one.
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
        // The other destination puts the workspace's shared key into the state.
        appLogsConfiguration: { destination: 'azure-monitor' },
        workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
      },
      kept,
    );
    this.ledger = new LedgerTable('ledger', { scope, protectData: args.protectData }, { parent: this });
    this.rights = this.giveRights(name, client.subscriptionId);
    this.auditLogs(name);
    this.registerOutputs();
  }

  private giveRights(name: string, subscriptionId: pulumi.Output<string>): authorization.RoleAssignment[] {
    const right = (
      purpose: string,
      identity: managedidentity.UserAssignedIdentity,
      role: Role,
      scope: pulumi.CustomResource,
    ) =>
      new authorization.RoleAssignment(
        `${name}-${purpose}`,
        {
          principalId: identity.principalId,
          // Otherwise Azure looks the identity up in a directory that may not know it yet.
          principalType: 'ServicePrincipal',
          roleDefinitionId: subscriptionId.apply(roleId(role)),
          scope: scope.id,
        },
        { parent: this, deletedWith: scope },
      );
    return [
      right('pulls-images', this.pullIdentity, 'acrPull', this.registry),
      // On the whole vault: it holds this backend's secrets and nothing else.
      right('reads-secrets', this.pullIdentity, 'keyVaultSecretsUser', this.vault),
      // On the whole account: the ledger is all that is in it.
      right('keeps-ledger', this.appIdentity, 'storageTableDataContributor', this.ledger.account),
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
