import { createHash, randomBytes } from 'node:crypto';
import { isObject } from '../checks/place';
import type { PlainObject } from '../wire';
import { TENANT_ID, textOf } from './addresses';

/** A GUID that is the same for the same text. */
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

type Added = (inputs: PlainObject, id: string, before: PlainObject | undefined) => PlainObject;

const properties = (inputs: PlainObject): PlainObject => {
  const value = inputs['properties'];
  return isObject(value) ? value : {};
};

/** A secret gets a new version whenever its value is another. Its value is never answered. */
function secretProperties(inputs: PlainObject, before: PlainObject | undefined): PlainObject {
  const { value: _value, ...rest } = properties(inputs);
  const digest = createHash('sha256')
    .update(textOf(properties(inputs), 'value'))
    .digest('hex');
  const uri = `https://${textOf(inputs, 'vaultName')}.vault.azure.net/secrets/${textOf(inputs, 'secretName')}`;
  const earlier = before === undefined ? undefined : properties(before);
  const version =
    earlier?.['valueDigest'] === digest
      ? textOf(earlier, 'secretUriWithVersion')
      : `${uri}/${randomBytes(16).toString('hex')}`;
  return { ...rest, secretUri: uri, secretUriWithVersion: version, valueDigest: digest };
}

/** What Azure adds to each type's inputs, as far as a program of ours may read it. */
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
  'azure-native:keyvault:Secret': (inputs, _id, before) => ({
    name: textOf(inputs, 'secretName'),
    properties: secretProperties(inputs, before),
  }),
};

/** Inputs and what Azure adds to them. `before` are the outputs of the resource that is changed. */
export const outputsOf = (
  type: string,
  inputs: PlainObject,
  id: string,
  before: PlainObject | undefined,
): PlainObject => ({ ...inputs, ...ADDED[type]?.(inputs, id, before) });
