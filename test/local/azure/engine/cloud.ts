import type { Provider } from '@pulumi/pulumi/provider';
import type { Registration } from '../../../../local/azure/engine/state';
import type { WireObject } from '../../../../local/azure/engine/wire-object';

/** A provider that remembers what it was asked, as `create vault`. */
export interface Cloud extends Provider {
  readonly calls: string[];
}

/** Makes everything: a resource's outputs are its inputs, a `name` and a `vaultUri`. What a test needs otherwise, it passes. */
export function cloud(otherwise: Provider = {}): Cloud {
  const calls: string[] = [];
  const ask = (what: string, urn: string): number => calls.push(`${what} ${urn.split('::').at(-1) ?? ''}`);
  const outputs = (urn: string, inputs: WireObject): WireObject => ({
    ...inputs,
    name: inputs['vaultName'] ?? urn.split('::').at(-1),
    properties: { ...Object(inputs['properties']), vaultUri: 'https://kv-test.vault.azure.net/' },
  });
  return {
    calls,
    check: async (urn, olds, news) => otherwise.check?.(urn, olds, news) ?? { inputs: news },
    create: async (urn, inputs) => {
      ask('create', urn);
      return otherwise.create?.(urn, inputs) ?? { id: `/made/${calls.length}`, outs: outputs(urn, inputs) };
    },
    update: async (id, urn, olds, news) => {
      ask('update', urn);
      return otherwise.update?.(id, urn, olds, news) ?? { outs: outputs(urn, news) };
    },
    delete: async (id, urn, props) => {
      ask('delete', urn);
      await otherwise.delete?.(id, urn, props);
    },
    ...(otherwise.diff === undefined ? {} : { diff: otherwise.diff }),
    ...(otherwise.invoke === undefined ? {} : { invoke: otherwise.invoke }),
  };
}

/** A resource as a program would declare it. */
export function declared(name: string, rest: Partial<Registration> = {}): Registration {
  const type = rest.type ?? 'azure-native:keyvault:Vault';
  return {
    urn: `urn:pulumi:laptop::test::${type}::${name}`,
    type,
    name,
    custom: true,
    inputs: {},
    dependencies: [],
    propertyDependencies: {},
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    ...rest,
  };
}
