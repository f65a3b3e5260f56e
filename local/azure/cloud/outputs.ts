import { createHash, randomBytes } from 'node:crypto';
import { isObject, type PlainObject } from '../wire';
import { TENANT_ID, textOf } from './addresses';
import type { CloudResource } from './cloud';

/** A GUID derived from a text. */
function guid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

type Added = (inputs: PlainObject, id: string, before: CloudResource | undefined) => PlainObject;

const properties = (resource: PlainObject | undefined): PlainObject => {
  const value = resource?.['properties'];
  return isObject(value) ? value : {};
};

/** A changed value gets a new version. The outputs never contain the value. */
function secretProperties(inputs: PlainObject, before: CloudResource | undefined): PlainObject {
  const { value, ...rest } = properties(inputs);
  const uri = `https://${textOf(inputs, 'vaultName')}.vault.azure.net/secrets/${textOf(inputs, 'secretName')}`;
  const isSame = before !== undefined && properties(before.inputs)['value'] === value;
  const secretUriWithVersion = isSame
    ? textOf(properties(before.outputs), 'secretUriWithVersion')
    : `${uri}/${randomBytes(16).toString('hex')}`;
  return { ...rest, secretUri: uri, secretUriWithVersion };
}

/** The properties that Azure adds for each type, as far as our programs read them. */
const ADDED: Readonly<Record<string, Added>> = {
  'azure-native:resources:ResourceGroup': (inputs) => ({ name: textOf(inputs, 'resourceGroupName') }),
  'azure-native:operationalinsights:Workspace': (inputs, id) => ({
    name: textOf(inputs, 'workspaceName'),
    customerId: guid(id),
  }),
  'azure-native:app:ManagedEnvironment': (inputs, id) => ({
    name: textOf(inputs, 'environmentName'),
    defaultDomain: `laptop-${guid(id).slice(0, 8)}.${textOf(inputs, 'location')}.azurecontainerapps.io`,
  }),
  'azure-native:app:ContainerApp': (inputs) => ({ name: textOf(inputs, 'containerAppName') }),
  'azure-native:containerregistry:Registry': (inputs) => ({
    name: textOf(inputs, 'registryName'),
    loginServer: `${textOf(inputs, 'registryName').toLowerCase()}.azurecr.io`,
  }),
  'azure-native:managedidentity:UserAssignedIdentity': (inputs, id) => ({
    name: textOf(inputs, 'resourceName'),
    principalId: guid(`principal of ${id}`),
    clientId: guid(`client of ${id}`),
    tenantId: TENANT_ID,
  }),
  'azure-native:keyvault:Vault': (inputs) => ({
    name: textOf(inputs, 'vaultName'),
    properties: {
      ...properties(inputs),
      vaultUri: `https://${textOf(inputs, 'vaultName')}.vault.azure.net/`,
    },
  }),
  'azure-native:storage:StorageAccount': (inputs) => ({
    name: textOf(inputs, 'accountName'),
    primaryEndpoints: { table: `https://${textOf(inputs, 'accountName')}.table.core.windows.net/` },
  }),
  'azure-native:storage:Table': (inputs) => ({ name: textOf(inputs, 'tableName') }),
  'azure-native:keyvault:Key': (inputs) => ({ name: textOf(inputs, 'keyName') }),
  'azure-native:storage:BlobContainer': (inputs) => ({ name: textOf(inputs, 'containerName') }),
  'azure-native:keyvault:Secret': (inputs, _id, before) => ({
    name: textOf(inputs, 'secretName'),
    properties: secretProperties(inputs, before),
  }),
};

/** Inputs, and the properties that Azure adds. @param before the resource before an update */
export const outputsOf = (
  type: string,
  inputs: PlainObject,
  id: string,
  before: CloudResource | undefined,
): PlainObject => ({ ...inputs, ...ADDED[type]?.(inputs, id, before) });

const objectAt = (outer: PlainObject, name: string): PlainObject => {
  const value = outer[name];
  return isObject(value) ? value : {};
};

/**
 * The properties that Azure adds to a running Container App: its revision, and its addresses, which do not work here.
 * @param domain the environment's domain
 */
export function appOutputs(outputs: PlainObject, revision: string, domain: string): PlainObject {
  const configuration = objectAt(outputs, 'configuration');
  const ingress = objectAt(configuration, 'ingress');
  return {
    ...outputs,
    configuration: {
      ...configuration,
      ingress: { ...ingress, fqdn: `${textOf(outputs, 'containerAppName')}.${domain}` },
    },
    latestRevisionName: revision,
    latestReadyRevisionName: revision,
    latestRevisionFqdn: `${revision}.${domain}`,
  };
}
