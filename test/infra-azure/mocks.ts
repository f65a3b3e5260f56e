import * as z from 'zod';
import * as pulumi from '@pulumi/pulumi';
import type { MockCallArgs, MockResourceArgs, Mocks } from '@pulumi/pulumi/runtime';
import { specialSecretSig, specialSigKey, unknownValue } from '@pulumi/pulumi/runtime/rpc';

export const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001';
export const TENANT = '00000000-0000-4000-8000-000000000002';
const DOMAIN = 'calm-sea-1234abcd.westeurope.azurecontainerapps.io';

/** One resource in the raw request. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** Name of the parent; undefined if it is the stack. */
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  readonly deletedWith: string | undefined;
  readonly protect: boolean;
  /** Secrets as `{$secret: ...}`, unknown values as `{$unknown: true}`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Outputs that Azure would add to each type, if the program reads them. */
const OUTPUTS: Readonly<Record<string, (args: MockResourceArgs) => object>> = {
  'azure-native:keyvault:Vault': ({ name, inputs }) => ({
    name: inputs.vaultName ?? name,
    properties: { ...inputs.properties, vaultUri: `https://${name}.vault.azure.net/` },
  }),
  'azure-native:keyvault:Key': ({ inputs }) => ({ name: inputs.keyName }),
  'azure-native:keyvault:Secret': ({ inputs }) => ({
    properties: {
      secretUri: `https://platform-vault.vault.azure.net/secrets/${inputs.secretName}`,
      secretUriWithVersion: `https://platform-vault.vault.azure.net/secrets/${inputs.secretName}/v1`,
    },
  }),
  'azure-native:app:ManagedEnvironment': () => ({ defaultDomain: DOMAIN }),
  'azure-native:containerregistry:Registry': ({ name }) => ({ name, loginServer: `${name}.azurecr.io` }),
  'azure-native:managedidentity:UserAssignedIdentity': ({ name, inputs }) => ({
    name: inputs.resourceName ?? name,
    principalId: `principal of ${name}`,
    clientId: `client of ${name}`,
  }),
  'azure-native:resources:ResourceGroup': ({ name, inputs }) => ({ name: inputs.resourceGroupName ?? name }),
  'azure-native:storage:StorageAccount': ({ name, inputs }) => ({
    name: inputs.accountName ?? name,
    primaryEndpoints: { table: `https://${inputs.accountName ?? name}.table.core.windows.net/` },
  }),
  'azure-native:storage:Table': ({ inputs }) => ({ name: inputs.tableName }),
  'azure-native:storage:BlobContainer': ({ inputs }) => ({ name: inputs.containerName }),
  'azure-native:app:ContainerApp': ({ inputs }) => ({ name: inputs.containerAppName }),
};

/** A resource in a preview: its inputs. All values from Azure are unknown. */
function previewed(inputs: object, outputs: object): object {
  const old = new Map<string, unknown>(Object.entries(inputs));
  return Object.fromEntries(
    Object.entries({ ...inputs, ...outputs }).map(([key, value]: [string, unknown]) => {
      const before = old.get(key);
      if (before === value) return [key, value];
      const isInside = typeof before === 'object' && before !== null && typeof value === 'object' && value;
      return [key, isInside ? previewed(before, value) : unknownValue];
    }),
  );
}

const mocks = (preview: boolean): Mocks => ({
  newResource(args) {
    const outputs = OUTPUTS[args.type]?.(args) ?? {};
    return preview
      ? { id: undefined, state: previewed(args.inputs, outputs) }
      : { id: `/subscriptions/${SUBSCRIPTION}/${args.name}`, state: { ...args.inputs, ...outputs } };
  },
  call({ token }: MockCallArgs) {
    if (token !== 'azure-native:authorization:getClientConfig') throw new Error(`${token}: is not expected`);
    return { subscriptionId: SUBSCRIPTION, tenantId: TENANT, clientId: 'c', objectId: 'o' };
  },
});

/** Makes marks readable and sorts keys. */
function readable(value: unknown): unknown {
  if (value === unknownValue) return { $unknown: true };
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const object: Readonly<Record<string, unknown>> = { ...value };
  if (object[specialSigKey] === specialSecretSig) return { $secret: readable(object['value']) };
  return Object.fromEntries(
    Object.entries(object)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, readable(inner)]),
  );
}

const nameOf = (urn: string): string | undefined => (urn === '' ? undefined : urn.split('::').at(-1));

/** The registered resources and outputs of one run. */
export interface MockedRun {
  readonly resources: readonly Registered[];
  readonly outputs: unknown;
}

/**
 * Runs a program under the SDK's mocks and records the raw requests, because the mocks themselves get
 * neither parents nor options.
 */
export async function runWithMocks(program: () => object, preview = false): Promise<MockedRun> {
  await pulumi.runtime.setMocks(mocks(preview), 'tavus-recordings', 'dev', preview);
  // Its type has neither the raw request nor a way to wrap it.
  const monitor: Monitor = Object(pulumi.runtime.getMonitor());
  const resources: Registered[] = [];
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    if (request.getType() !== 'pulumi:pulumi:Stack') resources.push(registered(request));
    return original(request, answer);
  };
  let outputs: unknown;
  await pulumi.runtime.runInPulumiStack(() => {
    const answered = program();
    outputs = answered;
    return Promise.resolve(answered);
  });
  // Waits for pending registrations; before that the list is incomplete.
  await pulumi.runtime.disconnect();
  return {
    resources: resources.toSorted((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1)),
    outputs,
  };
}

interface Monitor {
  registerResource(request: RawRequest, answer: unknown): unknown;
}

interface RawRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getDeletedwith(): string;
  getProtect(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

const registered = (request: RawRequest): Registered => ({
  type: request.getType(),
  name: request.getName(),
  parent: nameOf(request.getParent()),
  dependencies: request
    .getDependenciesList()
    .map((urn) => nameOf(urn) ?? '')
    .toSorted(),
  deletedWith: nameOf(request.getDeletedwith()),
  protect: request.getProtect(),
  inputs: z.record(z.string(), z.unknown()).parse(readable(request.getObject()?.toJavaScript() ?? {})),
});
