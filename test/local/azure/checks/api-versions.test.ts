import { installedApiVersion, versionDifferences } from '../../../../local/azure/checks/api-versions';
import { RESOURCE_TYPES } from '../../../../local/azure/checks/resource-types';

/** Defaults of @pulumi/azure-native 3.28.0, some of them previews. An upgrade that moves one has to say so here. */
const VERSIONS = {
  'azure-native:resources:ResourceGroup': '2024-03-01',
  'azure-native:operationalinsights:Workspace': '2023-09-01',
  'azure-native:app:ManagedEnvironment': '2025-02-02-preview',
  'azure-native:app:ContainerApp': '2025-02-02-preview',
  'azure-native:app:ContainerAppsAuthConfig': '2025-02-02-preview',
  'azure-native:containerregistry:Registry': '2023-01-01-preview',
  'azure-native:managedidentity:UserAssignedIdentity': '2023-01-31',
  'azure-native:authorization:RoleAssignment': '2022-04-01',
  'azure-native:keyvault:Vault': '2024-11-01',
  'azure-native:keyvault:Secret': '2024-11-01',
  'azure-native:monitor:DiagnosticSetting': '2021-05-01-preview',
  'azure-native:monitor:ActionGroup': '2024-10-01-preview',
  'azure-native:monitor:MetricAlert': '2018-03-01',
  'azure-native:monitor:ScheduledQueryRule': '2025-01-01-preview',
};

test('every type is sent with the API version that we looked at', () => {
  const installed = Object.keys(RESOURCE_TYPES).map((type) => [type, installedApiVersion(type)]);
  expect(Object.fromEntries(installed)).toEqual(VERSIONS);
});

test('definitions of another version than the provider sends are named, and only those', () => {
  const versions = new Map(Object.entries(VERSIONS));
  expect(versionDifferences(versions)).toEqual([]);
  const upgraded = (type: string): string =>
    type.endsWith(':ContainerApp') ? '2026-01-01' : installedApiVersion(type);
  expect(versionDifferences(versions, upgraded)).toEqual([
    'azure-native:app:ContainerApp: the definitions are of another API version than 2026-01-01, got 2025-02-02-preview. They would check what the provider does not send. Make the file for the installed @pulumi/azure-native.',
  ]);
});

test('a type that the provider does not have is an error', () => {
  expect(() => installedApiVersion('azure-native:app:NoSuchThing')).toThrow(/noSuchThing\.d\.ts/);
});
