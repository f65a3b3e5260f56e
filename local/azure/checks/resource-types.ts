/** How azure-native's inputs of one resource type lie in ARM's request. */
export interface ResourceForm {
  /** Inputs that become part of the address, and the type whose name each is. */
  readonly names: Readonly<Record<string, string>>;
  /** Another resource's id in the address. */
  readonly scopes?: readonly string[];
  /** Inputs beside `properties` in the body; all others go into it. */
  readonly topLevel: readonly string[];
  /** Inputs with another name in ARM. */
  readonly renamed?: Readonly<Record<string, string>>;
}

const GROUP = { resourceGroupName: 'azure-native:resources:ResourceGroup' };

/**
 * The resource types that we know, by token without a version; a program that uses another is refused rather than not
 * checked. Compared with the inputs of @pulumi/azure-native 3.28.0 and Azure's definitions of the same API versions
 * (github.com/Azure/bicep-types-az at 1f896de2d), read 2026-11-22.
 */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceForm>> = {
  'azure-native:resources:ResourceGroup': { names: GROUP, topLevel: ['location', 'tags', 'managedBy'] },
  'azure-native:operationalinsights:Workspace': {
    names: { ...GROUP, workspaceName: 'azure-native:operationalinsights:Workspace' },
    topLevel: ['location', 'tags', 'identity'],
  },
  'azure-native:app:ManagedEnvironment': {
    names: { ...GROUP, environmentName: 'azure-native:app:ManagedEnvironment' },
    topLevel: ['location', 'tags', 'identity', 'kind'],
  },
  'azure-native:app:ContainerApp': {
    names: { ...GROUP, containerAppName: 'azure-native:app:ContainerApp' },
    topLevel: ['location', 'tags', 'identity', 'kind', 'managedBy', 'extendedLocation'],
  },
  'azure-native:app:ContainerAppsAuthConfig': {
    names: {
      ...GROUP,
      containerAppName: 'azure-native:app:ContainerApp',
      authConfigName: 'azure-native:app:ContainerAppsAuthConfig',
    },
    topLevel: [],
  },
  'azure-native:containerregistry:Registry': {
    names: { ...GROUP, registryName: 'azure-native:containerregistry:Registry' },
    topLevel: ['location', 'tags', 'identity', 'sku'],
    renamed: { iPAddressOrRange: 'value' },
  },
  'azure-native:managedidentity:UserAssignedIdentity': {
    names: { ...GROUP, resourceName: 'azure-native:managedidentity:UserAssignedIdentity' },
    topLevel: ['location', 'tags'],
  },
  'azure-native:authorization:RoleAssignment': {
    names: { roleAssignmentName: 'azure-native:authorization:RoleAssignment' },
    scopes: ['scope'],
    topLevel: [],
  },
  'azure-native:keyvault:Vault': {
    names: { ...GROUP, vaultName: 'azure-native:keyvault:Vault' },
    topLevel: ['location', 'tags', 'properties'],
  },
  'azure-native:keyvault:Secret': {
    names: {
      ...GROUP,
      vaultName: 'azure-native:keyvault:Vault',
      secretName: 'azure-native:keyvault:Secret',
    },
    topLevel: ['tags', 'properties'],
    renamed: { expires: 'exp', notBefore: 'nbf' },
  },
  'azure-native:monitor:DiagnosticSetting': {
    names: { name: 'azure-native:monitor:DiagnosticSetting' },
    scopes: ['resourceUri'],
    topLevel: [],
  },
  'azure-native:monitor:ActionGroup': {
    names: { ...GROUP, actionGroupName: 'azure-native:monitor:ActionGroup' },
    topLevel: ['location', 'tags', 'identity'],
  },
  'azure-native:monitor:MetricAlert': {
    names: { ...GROUP, ruleName: 'azure-native:monitor:MetricAlert' },
    topLevel: ['location', 'tags'],
    renamed: { odataType: 'odata.type' },
  },
  'azure-native:monitor:ScheduledQueryRule': {
    names: { ...GROUP, ruleName: 'azure-native:monitor:ScheduledQueryRule' },
    topLevel: ['location', 'tags', 'identity', 'kind'],
  },
};

/** The form of a known type, undefined for any other. */
export const formOf = (type: string): ResourceForm | undefined =>
  Object.hasOwn(RESOURCE_TYPES, type) ? RESOURCE_TYPES[type] : undefined;
