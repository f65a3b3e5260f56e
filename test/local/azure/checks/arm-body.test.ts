import { armBody } from '../../../../local/azure/checks/arm-body';
import { UNKNOWN } from '../../../../local/azure/wire';

test('parts of the address are not in the body, and what is not at its top lies under properties', () => {
  expect(
    armBody('azure-native:containerregistry:Registry', {
      resourceGroupName: 'group',
      registryName: 'tavus',
      location: 'westeurope',
      sku: { name: 'Basic' },
      adminUserEnabled: false,
    }),
  ).toEqual({
    location: 'westeurope',
    sku: { name: 'Basic' },
    properties: { adminUserEnabled: false },
  });
  expect(
    armBody('azure-native:authorization:RoleAssignment', { scope: '/subscriptions/0', principalId: 'id' }),
  ).toEqual({ properties: { principalId: 'id' } });
});

test("the price tier of a workspace lies under properties, that of a registry doesn't", () => {
  expect(armBody('azure-native:operationalinsights:Workspace', { sku: { name: 'PerGB2018' } })).toEqual({
    properties: { sku: { name: 'PerGB2018' } },
  });
});

test('properties that the inputs already have are not wrapped again', () => {
  expect(
    armBody('azure-native:keyvault:Secret', {
      vaultName: 'vault',
      secretName: 'key',
      tags: { expires: 'never' },
      properties: { value: 'not-a-real-key', attributes: { expires: 1, notBefore: 0 } },
    }),
  ).toEqual({
    tags: { expires: 'never' },
    properties: { value: 'not-a-real-key', attributes: { exp: 1, nbf: 0 } },
  });
});

test('a body without properties has none', () => {
  expect(armBody('azure-native:resources:ResourceGroup', { location: 'westeurope' })).toEqual({
    location: 'westeurope',
  });
});

test('the list of identities becomes a map, and odataType gets its dot', () => {
  expect(
    armBody('azure-native:app:ContainerApp', {
      identity: { type: 'UserAssigned', userAssignedIdentities: ['/a', '/b'] },
    }),
  ).toEqual({ identity: { type: 'UserAssigned', userAssignedIdentities: { '/a': {}, '/b': {} } } });
  expect(
    armBody('azure-native:monitor:MetricAlert', { criteria: { odataType: 'Single', allOf: [] } }),
  ).toEqual({ properties: { criteria: { 'odata.type': 'Single', allOf: [] } } });
});

test('what is unknown stays unknown, and one unknown identity makes the whole map so', () => {
  expect(
    armBody('azure-native:app:ContainerApp', {
      location: UNKNOWN,
      template: UNKNOWN,
      environmentId: UNKNOWN,
      identity: { type: 'UserAssigned', userAssignedIdentities: ['/a', UNKNOWN] },
    }),
  ).toEqual({
    location: UNKNOWN,
    identity: { type: 'UserAssigned', userAssignedIdentities: UNKNOWN },
    properties: { template: UNKNOWN, environmentId: UNKNOWN },
  });
  expect(armBody('azure-native:app:ContainerApp', { identity: UNKNOWN })).toEqual({ identity: UNKNOWN });
});

test.each(['azure-native:storage:StorageAccount', 'constructor'])(
  'an unknown type is left as it is: %s',
  (type) => {
    expect(armBody(type, { location: 'westeurope' })).toEqual({ location: 'westeurope' });
  },
);
