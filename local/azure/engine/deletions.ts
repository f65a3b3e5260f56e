import type { Provider } from '@pulumi/pulumi/provider';
import { named } from './named';
import type { EngineState, RegisteredResource } from './state';

const needs = (resource: RegisteredResource, urn: string): boolean =>
  resource.parent === urn || resource.deletedWith === urn || resource.dependencies.includes(urn);

/** Children before their parents, users before what they use, and otherwise the newest first. */
export function deletionOrder(doomed: readonly RegisteredResource[]): RegisteredResource[] {
  const newestFirst = doomed.toReversed();
  const visited = new Set<RegisteredResource>();
  const order: RegisteredResource[] = [];
  const visit = (resource: RegisteredResource): void => {
    if (visited.has(resource)) return;
    visited.add(resource);
    newestFirst.filter((other) => needs(other, resource.urn)).forEach(visit);
    order.push(resource);
  };
  newestFirst.forEach(visit);
  return order;
}

/** @throws naming each of them that is protected */
export function refuseProtected(doomed: readonly RegisteredResource[]): void {
  const names = doomed.filter(({ protect }) => protect).map(({ name, type }) => `\n- ${name} (${type})`);
  if (names.length === 0) return;
  throw new Error(
    `protect: is set on what would be deleted, got the list below. Nothing of it was deleted. Keep these in the program, or deploy them without \`protect\` first:${names.join('')}`,
  );
}

/** What a deployment would delete. @throws as that would, when something is protected */
export function planDeletions(doomed: readonly RegisteredResource[]): RegisteredResource[] {
  refuseProtected(doomed);
  return deletionOrder(doomed).map((resource) => ({ ...resource, operation: 'delete' }));
}

/**
 * Deletes these from the cloud and from the state, in the right order, and gives each that is gone. What is deleted with
 * another one, and what is to be retained, only leaves the state.
 * @throws at the first that the provider can't delete; the state then holds what is still there
 */
export async function* deleteAll(
  props: {
    readonly provider: Provider;
    readonly state: EngineState;
    readonly signal?: AbortSignal | undefined;
  },
  doomed: readonly RegisteredResource[],
): AsyncGenerator<RegisteredResource, void> {
  const urns = new Set(doomed.map(({ urn }) => urn));
  const forget = (resource: RegisteredResource): RegisteredResource[] => {
    if (!props.state.delete(resource.urn)) return [];
    const withIt = doomed.filter(({ deletedWith }) => deletedWith === resource.urn);
    return [{ ...resource, operation: 'delete' }, ...withIt.flatMap(forget)];
  };
  refuseProtected(doomed);
  for (const resource of deletionOrder(doomed)) {
    props.signal?.throwIfAborted();
    // It goes when that one went, and stays in the state when that one could not be deleted.
    if (resource.deletedWith !== undefined && urns.has(resource.deletedWith)) continue;
    await deleteFromCloud(props.provider, resource);
    yield* forget(resource);
  }
}

/** @throws with the provider's words and the resource's name */
export async function deleteFromCloud(provider: Provider, resource: RegisteredResource): Promise<void> {
  if (!resource.custom || resource.retainOnDelete) return;
  const { id = '', urn, outputs } = resource;
  await named(resource, 'deleted', async () => provider.delete?.(id, urn, outputs));
}
