import type { PlainObject } from '../wire';

/** These exist only on the laptop. */
export const SUBSCRIPTION_ID = '5ab5c71b-0000-4000-8000-000000000001';
export const TENANT_ID = '7e4a4700-0000-4000-8000-000000000002';

/** Text of an input; empty if the input is missing or no text. */
export const textOf = (inputs: PlainObject, name: string): string => {
  const value = inputs[name];
  return typeof value === 'string' ? value : '';
};

/** How resources of a type are named and addressed. */
export interface Kind {
  /** Name of the input with the resource's name. */
  readonly name: string;
  readonly id: (inputs: PlainObject) => string;
  /** Id of the parent, whose deletion also deletes this resource. Undefined for resource groups, and for resources that name their scope. */
  readonly parent?: (inputs: PlainObject) => string;
}

const groupOf = (inputs: PlainObject): string =>
  `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${textOf(inputs, 'resourceGroupName')}`;

const inGroup = (arm: string, name: string): Kind => ({
  name,
  id: (inputs) => `${groupOf(inputs)}/providers/${arm}/${textOf(inputs, name)}`,
  parent: groupOf,
});

const below = (parent: Kind, folder: string, name: string): Kind => ({
  name,
  id: (inputs) => `${parent.id(inputs)}/${folder}/${textOf(inputs, name)}`,
  parent: parent.id,
});

const on = (scope: string, arm: string, name: string): Kind => ({
  name,
  id: (inputs) => `${textOf(inputs, scope)}/providers/${arm}/${textOf(inputs, name)}`,
});

const VAULT = inGroup('Microsoft.KeyVault/vaults', 'vaultName');
const CONTAINER_APP = inGroup('Microsoft.App/containerApps', 'containerAppName');

const IDENTITY = inGroup('Microsoft.ManagedIdentity/userAssignedIdentities', 'resourceName');
const STORAGE_ACCOUNT = inGroup('Microsoft.Storage/storageAccounts', 'accountName');

/** The resource types that the fake implements. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'azure-native:resources:ResourceGroup': { name: 'resourceGroupName', id: groupOf },
  'azure-native:operationalinsights:Workspace': inGroup(
    'Microsoft.OperationalInsights/workspaces',
    'workspaceName',
  ),
  'azure-native:app:ManagedEnvironment': inGroup('Microsoft.App/managedEnvironments', 'environmentName'),
  'azure-native:app:ContainerApp': CONTAINER_APP,
  'azure-native:app:ContainerAppsAuthConfig': below(CONTAINER_APP, 'authConfigs', 'authConfigName'),
  'azure-native:containerregistry:Registry': inGroup(
    'Microsoft.ContainerRegistry/registries',
    'registryName',
  ),
  'azure-native:managedidentity:UserAssignedIdentity': IDENTITY,
  'azure-native:managedidentity:FederatedIdentityCredential': below(
    IDENTITY,
    'federatedIdentityCredentials',
    'federatedIdentityCredentialResourceName',
  ),
  'azure-native:authorization:RoleAssignment': on(
    'scope',
    'Microsoft.Authorization/roleAssignments',
    'roleAssignmentName',
  ),
  'azure-native:keyvault:Vault': VAULT,
  'azure-native:keyvault:Key': below(VAULT, 'keys', 'keyName'),
  'azure-native:keyvault:Secret': below(VAULT, 'secrets', 'secretName'),
  'azure-native:storage:StorageAccount': STORAGE_ACCOUNT,
  'azure-native:storage:Table': below(STORAGE_ACCOUNT, 'tableServices/default/tables', 'tableName'),
  'azure-native:storage:BlobServiceProperties': below(STORAGE_ACCOUNT, 'blobServices', 'blobServicesName'),
  'azure-native:storage:BlobContainer': below(
    STORAGE_ACCOUNT,
    'blobServices/default/containers',
    'containerName',
  ),
  'azure-native:storage:ManagementPolicy': below(
    STORAGE_ACCOUNT,
    'managementPolicies',
    'managementPolicyName',
  ),
  'azure-native:monitor:DiagnosticSetting': on(
    'resourceUri',
    'Microsoft.Insights/diagnosticSettings',
    'name',
  ),
  'azure-native:monitor:ActionGroup': inGroup('Microsoft.Insights/actionGroups', 'actionGroupName'),
  'azure-native:monitor:MetricAlert': inGroup('Microsoft.Insights/metricAlerts', 'ruleName'),
  'azure-native:monitor:ScheduledQueryRule': inGroup('Microsoft.Insights/scheduledQueryRules', 'ruleName'),
};

/** @throws for a type that the fake does not implement */
export function kindOf(type: string): Kind {
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind !== undefined) return kind;
  throw new Error(
    `${type}: unknown resource type. The laptop's Azure would check nothing about it. ` +
      'Add it to local/azure/cloud, from the source of azure-native.',
  );
}
