import { version } from '@pulumi/azure-native/package.json';
import type { CreateResult, InvokeResult, Provider } from '@pulumi/pulumi/provider';
import { KINDS, SUBSCRIPTION_ID, TENANT_ID } from '../../local/azure/cloud/addresses';
import { outputsOf } from '../../local/azure/cloud/outputs';
import { typeOf } from '../../local/azure/provider/names';
import { plainObject, type PlainObject } from '../../local/azure/wire';

/** A secret's version is random where it is made; here it has to be the same each time, so it counts as one that was there. */
const asIfThere = (id: string, inputs: PlainObject) => ({
  inputs,
  outputs: { properties: { secretUriWithVersion: `${id}/version` } },
});

function made(urn: string, given: PlainObject): CreateResult {
  const type = typeOf(urn);
  const kind = KINDS[type];
  // A type that only the other side of a comparison has: nothing is known of its outputs.
  if (kind === undefined) return { id: urn, outs: given };
  const inputs: PlainObject = { ...given, [kind.name]: given[kind.name] ?? urn.split('::').at(-1) };
  const id = kind.id(inputs);
  return { id, outs: outputsOf(type, inputs, id, asIfThere(id, inputs)) };
}

/**
 * An Azure in which everything succeeds and nothing is made, the same each time. It objects to nothing: what Azure would
 * refuse is for the laptop cloud and its checks to say.
 */
export const NOWHERE: Provider = {
  version,
  create: (urn, inputs) => Promise.resolve(made(urn, plainObject(inputs))),
  invoke: (): Promise<InvokeResult> =>
    Promise.resolve({
      outputs: {
        subscriptionId: SUBSCRIPTION_ID,
        tenantId: TENANT_ID,
        clientId: 'nobody',
        objectId: 'nobody',
      },
    }),
};
