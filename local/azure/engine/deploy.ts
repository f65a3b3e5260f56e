import { isDeepStrictEqual } from 'node:util';
import type { Provider } from '@pulumi/pulumi/provider';
import { checkInputs } from './check';
import { compare } from './compare';
import { deleteFromCloud, refuseProtected } from './deletions';
import { keepIgnored } from './ignore-changes';
import { named } from './named';
import { markSecrets } from './secrets';
import type { EngineState, Operation, RegisteredResource, Registration } from './state';
import { canonical } from './wire-object';

/** Where a resource is made. */
export interface Target {
  readonly provider: Provider;
  readonly preview: boolean;
  /** In a preview a copy: it is changed in any case. */
  readonly state: EngineState;
  /** Told of the old resource when it is replaced. */
  readonly onDeleted: (resource: RegisteredResource) => void;
}

/**
 * Makes a resource so, unless it is so already. Aliases are followed.
 * @throws with the provider's words and the resource's name; the state then holds what is really there
 */
export async function deploy(target: Target, wanted: Registration): Promise<RegisteredResource> {
  const old = [wanted.urn, ...wanted.aliases]
    .map((urn) => target.state.get(urn))
    .find((found) => found !== undefined);
  const made = wanted.custom ? await deployCustom(target, wanted, old) : deployComponent(wanted, old);
  if (old !== undefined && old.urn !== made.urn) target.state.delete(old.urn);
  target.state.set(made.urn, made);
  return made;
}

function deployComponent(wanted: Registration, old: RegisteredResource | undefined): RegisteredResource {
  if (old === undefined) return { ...wanted, outputs: {}, operation: 'create' };
  const isSame = isDeepStrictEqual(old.inputs, wanted.inputs);
  return { ...wanted, outputs: old.outputs, operation: isSame ? 'same' : 'update' };
}

async function deployCustom(
  target: Target,
  registration: Registration,
  old: RegisteredResource | undefined,
): Promise<RegisteredResource> {
  const { provider } = target;
  const olds = old?.inputs ?? {};
  const news =
    old === undefined
      ? registration.inputs
      : keepIgnored(registration.inputs, olds, registration.ignoreChanges);
  const wanted = { ...registration, inputs: await checkInputs(provider, registration, olds, news) };
  if (old === undefined) return create(target, wanted);
  const difference = await compare(provider, old, wanted.inputs);
  if (difference === 'same') return result(wanted, 'same', old.outputs, old.id);
  if (difference === 'update') return update(target, wanted, old);
  await remove(target, old);
  return create(target, wanted);
}

async function remove(target: Target, old: RegisteredResource): Promise<void> {
  refuseProtected([old]);
  if (!target.preview) await deleteFromCloud(target.provider, old);
  target.state.delete(old.urn);
  target.onDeleted({ ...old, operation: 'delete' });
}

async function create({ provider, preview }: Target, wanted: Registration): Promise<RegisteredResource> {
  if (preview) return result(wanted, 'create', wanted.inputs);
  const { id, outs } = await named(wanted, 'created', async () => {
    if (provider.create === undefined) throw new Error('The provider makes nothing.');
    return provider.create(wanted.urn, wanted.inputs);
  });
  return result(wanted, 'create', outs, id);
}

async function update(
  { provider, preview }: Target,
  wanted: Registration,
  old: RegisteredResource,
): Promise<RegisteredResource> {
  if (preview) return result(wanted, 'update', wanted.inputs, old.id);
  const { outs } = await named(wanted, 'updated', async () => {
    if (provider.update === undefined) throw new Error('The provider changes nothing.');
    return provider.update(old.id ?? '', wanted.urn, old.outputs, wanted.inputs);
  });
  return result(wanted, 'update', outs, old.id);
}

function result(
  wanted: Registration,
  operation: Operation,
  outputs: object = {},
  id?: string,
): RegisteredResource {
  const marked = markSecrets(canonical({ ...outputs }), wanted.inputs, wanted.additionalSecretOutputs);
  return { ...wanted, operation, outputs: marked, ...(id === undefined ? {} : { id }) };
}
