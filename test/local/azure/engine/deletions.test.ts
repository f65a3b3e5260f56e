import { deleteAll, deletionOrder } from '../../../../local/azure/engine/deletions';
import { destroy } from '../../../../local/azure/engine/engine';
import { EngineState } from '../../../../local/azure/engine/state';
import type { RegisteredResource, Registration } from '../../../../local/azure/engine/state';
import { cloud, declared } from './cloud';

const made = (name: string, rest: Partial<Registration> = {}): RegisteredResource => ({
  ...declared(name, rest),
  outputs: {},
  id: `/${name}`,
  operation: 'create',
});

const stateOf = (...resources: readonly RegisteredResource[]): EngineState =>
  new EngineState(resources.map((resource) => [resource.urn, resource]));

const names = (resources: Iterable<RegisteredResource>): string[] => [...resources].map(({ name }) => name);

const group = made('group');
const store = made('store', { custom: false });
const vault = made('vault', { parent: store.urn, dependencies: [group.urn] });
const key = made('key', { parent: store.urn, dependencies: [vault.urn], deletedWith: vault.urn });

describe('the order of deletions', () => {
  test('is the reverse of creation', () => {
    expect(names(deletionOrder([made('a'), made('b'), made('c')]))).toEqual(['c', 'b', 'a']);
  });

  test('has children before their parents and users before what they use, whatever was made first', () => {
    expect(names(deletionOrder([key, vault, store, group]))).toEqual(['key', 'vault', 'group', 'store']);
  });

  test('ends for resources that use each other', () => {
    const a = made('a', { dependencies: [made('b').urn] });
    expect(names(deletionOrder([a, made('b', { dependencies: [a.urn] })]))).toHaveLength(2);
  });
});

describe('destroy', () => {
  test('deletes all that is there, each by its id and once', async () => {
    const state = stateOf(group, store, vault);
    const provider = cloud();
    expect(names(await destroy(state, provider))).toEqual(['vault', 'store', 'group']);
    expect(provider.calls).toEqual(['delete vault', 'delete group']);
    expect(state.size).toBe(0);
  });

  test('leaves to the vault what is deleted with the vault', async () => {
    const provider = cloud();
    expect(names(await destroy(stateOf(group, vault, key), provider))).toEqual(['vault', 'key', 'group']);
    expect(provider.calls).toEqual(['delete vault', 'delete group']);
  });

  test('deletes nothing when something is protected, and names all of it', async () => {
    const state = stateOf(group, { ...vault, protect: true }, { ...key, protect: true });
    const provider = cloud();
    await expect(destroy(state, provider)).rejects.toThrow(
      new Error(
        'protect: is set on what would be deleted, got the list below. Nothing of it was deleted. Keep these in the program, or deploy them without `protect` first:\n' +
          '- vault (azure-native:keyvault:Vault)\n- key (azure-native:keyvault:Vault)',
      ),
    );
    expect(provider.calls).toEqual([]);
    expect(state.size).toBe(3);
  });

  test('forgets what is to be retained, and does not delete it', async () => {
    const state = stateOf(made('kept', { retainOnDelete: true }));
    const provider = cloud();
    await destroy(state, provider);
    expect(provider.calls).toEqual([]);
    expect(state.size).toBe(0);
  });

  test("stops at what can't be deleted, in the provider's words; the state holds what is still there", async () => {
    const state = stateOf(group, vault, key, made('newer'));
    const provider = cloud({
      delete: async (_id, urn) => {
        if (urn === vault.urn) throw new Error('Conflict: in use');
      },
    });
    await expect(destroy(state, provider)).rejects.toMatchObject({
      message: 'vault (azure-native:keyvault:Vault): was not deleted. Conflict: in use',
    });
    expect(names(state.values())).toEqual(['group', 'vault', 'key']);
  });

  test('begins no further deletion after an abort', async () => {
    const state = stateOf(group, vault);
    const controller = new AbortController();
    const provider = cloud({ delete: async () => controller.abort(new Error('enough')) });
    await expect(destroy(state, provider, controller.signal)).rejects.toThrow('enough');
    expect(names(state.values())).toEqual(['group']);
  });
});

test('what is deleted with something that stays is deleted itself', async () => {
  const provider = cloud();
  const deletions = deleteAll({ provider, state: stateOf(vault, key) }, [key]);
  const deleted: RegisteredResource[] = [];
  for await (const gone of deletions) deleted.push(gone);
  expect(deleted).toEqual([{ ...key, operation: 'delete' }]);
  expect(provider.calls).toEqual(['delete key']);
});
