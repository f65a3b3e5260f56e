import type { Provider } from '@pulumi/pulumi/provider';
import { deploy } from '../../../../local/azure/engine/deploy';
import type { Target } from '../../../../local/azure/engine/deploy';
import { EngineState } from '../../../../local/azure/engine/state';
import type { RegisteredResource } from '../../../../local/azure/engine/state';
import { secret } from '../../../../local/azure/wire';
import { cloud, declared } from './cloud';
import type { Cloud } from './cloud';

interface Bench extends Target {
  readonly provider: Cloud;
  readonly deleted: RegisteredResource[];
}

function bench(otherwise: Provider = {}, preview = false): Bench {
  const deleted: RegisteredResource[] = [];
  const onDeleted = (resource: RegisteredResource): void => void deleted.push(resource);
  return { provider: cloud(otherwise), preview, state: new EngineState(), deleted, onDeleted };
}

const vault = declared('vault', { inputs: { vaultName: 'kv-one' } });
const renamed = { ...vault, inputs: { vaultName: 'kv-two' } };

describe('a second run', () => {
  test('leaves alone what is the same, and keeps its outputs and id', async () => {
    const target = bench();
    const first = await deploy(target, vault);
    expect(await deploy(target, vault)).toEqual({ ...first, operation: 'same' });
    expect(target.provider.calls).toEqual(['create vault']);
  });

  test('changes what has other inputs, under its id', async () => {
    const target = bench();
    const { id } = await deploy(target, vault);
    const second = await deploy(target, renamed);
    expect(second).toMatchObject({ id, operation: 'update', outputs: { name: 'kv-two' } });
    expect(target.state.get(vault.urn)).toBe(second);
  });

  test.each([
    ['changes nothing when the provider sees no difference', { changes: false }, 'same', ['create vault']],
    [
      'changes what the provider finds different',
      { changes: true },
      'update',
      ['create vault', 'update vault'],
    ],
    ['compares the inputs when the provider has no opinion', {}, 'update', ['create vault', 'update vault']],
    [
      'deletes and makes anew what has to be replaced',
      { changes: true, replaces: ['vaultName'] },
      'create',
      ['create vault', 'delete vault', 'create vault'],
    ],
  ])('%s', async (_, diff, operation, calls) => {
    const target = bench({ diff: async () => diff });
    await deploy(target, vault);
    expect(await deploy(target, renamed)).toMatchObject({ operation });
    expect(target.provider.calls).toEqual(calls);
    expect(target.deleted).toHaveLength(operation === 'create' ? 1 : 0);
  });

  test('gives the old outputs and the new inputs to the provider', async () => {
    const seen: unknown[] = [];
    const target = bench({ diff: async (...given) => (seen.push(...given), { changes: false }) });
    const { id, outputs } = await deploy(target, vault);
    await deploy(target, renamed);
    expect(seen).toEqual([id, vault.urn, outputs, renamed.inputs]);
  });

  test('finds a resource by its alias, and keeps it under the new name', async () => {
    const target = bench();
    const { id } = await deploy(target, vault);
    const moved = await deploy(target, {
      ...declared('moved', { inputs: vault.inputs }),
      aliases: [vault.urn],
    });
    expect(moved).toMatchObject({ id, operation: 'same' });
    expect([...target.state.keys()]).toEqual([moved.urn]);
  });

  test('keeps old values where changes are to be ignored', async () => {
    const target = bench();
    const tags = { owner: 'us', cost: 'low' };
    await deploy(target, { ...vault, inputs: { vaultName: 'kv-one', tags } });
    const inputs = { vaultName: 'kv-two', tags: { owner: 'them', cost: 'high' }, extra: 1 };
    const second = await deploy(target, {
      ...vault,
      inputs,
      ignoreChanges: ['vaultName', 'tags.owner', 'extra'],
    });
    expect(second.inputs).toEqual({ vaultName: 'kv-one', tags: { owner: 'us', cost: 'high' } });
  });

  test('refuses to replace what is protected', async () => {
    const target = bench({ diff: async () => ({ changes: true, replaces: ['vaultName'] }) });
    const first = await deploy(target, { ...vault, protect: true });
    await expect(deploy(target, renamed)).rejects.toThrow(
      /^protect: .*\n- vault \(azure-native:keyvault:Vault\)$/,
    );
    expect(target.provider.calls).toEqual(['create vault']);
    expect(target.state.get(vault.urn)).toBe(first);
  });
});

describe('a failure', () => {
  test("has the provider's words; nothing is in the state", async () => {
    const target = bench({ create: async () => Promise.reject(new Error('VaultAlreadyExists: kv-one')) });
    await expect(deploy(target, vault)).rejects.toMatchObject({
      message: 'vault (azure-native:keyvault:Vault): was not created. VaultAlreadyExists: kv-one',
    });
    expect(target.state.size).toBe(0);
  });

  test('of the check or the comparison itself has the name too', async () => {
    const broken = async (): Promise<never> => Promise.reject(new Error('no such type'));
    const message = 'vault (azure-native:keyvault:Vault): was not checked. no such type';
    await expect(deploy(bench({ check: broken }), vault)).rejects.toMatchObject({ message });
    const target = bench({ diff: broken });
    await deploy(target, vault);
    await expect(deploy(target, vault)).rejects.toMatchObject({
      message: message.replace('checked', 'compared'),
    });
  });

  test('of an update leaves the old entry', async () => {
    const target = bench({ update: async () => Promise.reject(new Error('Conflict')) });
    const first = await deploy(target, vault);
    await expect(deploy(target, renamed)).rejects.toMatchObject({
      message: 'vault (azure-native:keyvault:Vault): was not updated. Conflict',
    });
    expect(target.state.get(vault.urn)).toBe(first);
  });

  test('of the second half of a replacement leaves nothing: the old one is gone', async () => {
    let isTaken = false;
    const target = bench({
      diff: async () => ({ changes: true, replaces: ['vaultName'] }),
      create: async () => (isTaken ? Promise.reject(new Error('taken')) : { id: '/1', outs: {} }),
    });
    await deploy(target, vault);
    isTaken = true;
    await expect(deploy(target, renamed)).rejects.toThrow('was not created. taken');
    expect(target.state.size).toBe(0);
    expect(target.deleted).toMatchObject([{ name: 'vault', operation: 'delete' }]);
  });

  test('of the check names the resource, each property and each reason', async () => {
    const failures = [
      { property: 'properties.sku', reason: 'is missing' },
      { property: '', reason: 'purge protection is off' },
    ];
    const target = bench({ check: async () => ({ failures }) });
    await expect(deploy(target, vault)).rejects.toThrow(
      new Error(
        'vault (azure-native:keyvault:Vault): its inputs are refused. It was not touched. Correct them in the program:\n' +
          '- properties.sku: is missing\n- purge protection is off',
      ),
    );
    expect(target.provider.calls).toEqual([]);
  });
});

describe('a preview', () => {
  test('checks, and makes nothing', async () => {
    const target = bench(
      { check: async (_urn, _olds, news) => ({ inputs: { ...news, checked: true } }) },
      true,
    );
    const made = await deploy(target, vault);
    const inputs = { checked: true, vaultName: 'kv-one' };
    expect(made).toEqual({ ...vault, inputs, outputs: inputs, operation: 'create' });
    expect(target.provider.calls).toEqual([]);
  });

  test('changes and replaces nothing either', async () => {
    const target = bench();
    const { id } = await deploy(target, vault);
    const preview = { ...target, preview: true };
    expect(await deploy(preview, renamed)).toMatchObject({ id, operation: 'update' });
    const replacing = {
      ...preview,
      provider: { ...preview.provider, diff: async () => ({ changes: true, replaces: ['a'] }) },
    };
    expect(await deploy(replacing, vault)).toMatchObject({ operation: 'create' });
    expect(target.provider.calls).toEqual(['create vault']);
  });
});

test('secrets come back marked where an input is secret or the program says so', async () => {
  const wanted = {
    ...vault,
    inputs: { token: secret('t'), vaultName: 'kv' },
    additionalSecretOutputs: ['name'],
  };
  const target = bench({ create: async () => ({ id: '/1', outs: { token: 't', name: 'kv', sku: 'A' } }) });
  const { outputs } = await deploy(target, wanted);
  expect(outputs).toEqual({ name: secret('kv'), sku: 'A', token: secret('t') });
});

test('a component has no provider, and is the same while its inputs are', async () => {
  const target = bench();
  const store = declared('store', { custom: false, inputs: { size: 1 } });
  expect(await deploy(target, store)).toMatchObject({ operation: 'create', outputs: {} });
  expect(await deploy(target, store)).toMatchObject({ operation: 'same' });
  expect(await deploy(target, { ...store, inputs: { size: 2 } })).toMatchObject({ operation: 'update' });
  expect(target.provider.calls).toEqual([]);
});
