import path from 'node:path';
import { unknownValue } from '@pulumi/pulumi/runtime/rpc';
import { EngineState } from '../../../../local/azure/engine/engine';
import type { ProgramResult } from '../../../../local/azure/engine/engine';
import { secret } from '../../../../local/azure/wire';
import { cloud } from './cloud';
import { API_KEY, named, operations, ROOT, runFixture } from './run';

const STORE = 'urn:pulumi:laptop::test::test:index:SecretStore::store';
const VAULT = 'urn:pulumi:laptop::test::test:index:SecretStore$azure-native:keyvault:Vault::vault';
const GROUP = 'urn:pulumi:laptop::test::azure-native:resources:ResourceGroup::group';

const state = new EngineState();
const provider = cloud();
const CHANGED = { vaultName: 'kv-two', withoutSecret: 'true' };

let preview: ProgramResult;
let first: ProgramResult;
let changePreview: ProgramResult;
let change: ProgramResult;
let keysAfterPreview: string[];
let callsAfterFirst: string[];

beforeAll(async () => {
  preview = await runFixture('vault', { provider, state, preview: true });
  keysAfterPreview = [...state.keys(), ...provider.calls];
  first = await runFixture('vault', { provider, state });
  callsAfterFirst = [...provider.calls];
  changePreview = await runFixture('vault', { provider, state, preview: true, config: CHANGED });
  keysAfterPreview.push(...provider.calls.slice(callsAfterFirst.length));
  change = await runFixture('vault', { provider, state, config: CHANGED });
}, 60_000);

describe('a preview', () => {
  test('makes nothing and changes no state', () => {
    expect(preview).toMatchObject({ exitCode: 0, log: [], stdout: '', stderr: '' });
    expect(keysAfterPreview).toEqual([]);
  });

  test('gives the program inputs alone: ids and outputs are unknown', () => {
    expect(named(preview.resources, 'group')).not.toHaveProperty('id');
    expect(named(preview.resources, 'vault').inputs).toMatchObject({
      resourceGroupName: unknownValue,
      vaultName: 'kv-test',
    });
    expect(preview.outputs['groupName']).toBe(unknownValue);
  });

  test('of a change shows what would happen, deletions last', () => {
    const planned = ['same test-laptop', 'same store', 'same group', 'update vault', 'delete key'];
    expect(operations(changePreview.resources).toSorted()).toEqual(planned.toSorted());
    expect(operations(changePreview.resources).at(-1)).toBe('delete key');
  });
});

describe('a deployment', () => {
  test('makes all of it, each after what it needs', () => {
    expect(first.exitCode).toBe(0);
    expect(callsAfterFirst).toEqual(['create group', 'create vault', 'create key']);
  });

  test('gives the program the values', () => {
    expect(named(first.resources, 'vault').inputs).toMatchObject({ resourceGroupName: 'group' });
    expect(first.outputs).toMatchObject({ groupName: 'group' });
    expect(named(first.resources, 'store').outputs).toEqual({ vaultUri: 'https://kv-test.vault.azure.net/' });
  });

  test('records what the program said about a resource', () => {
    expect(named(first.resources, 'key')).toMatchObject({
      type: 'azure-native:keyvault:Secret',
      parent: STORE,
      custom: true,
      dependencies: [GROUP, VAULT],
      propertyDependencies: { resourceGroupName: [GROUP], vaultName: [VAULT] },
      protect: false,
      deletedWith: VAULT,
      additionalSecretOutputs: ['name'],
      operation: 'create',
    });
  });

  test('brings secret config to the provider marked, and secret outputs back to the program', () => {
    const properties = { contentType: 'text/plain', value: secret(API_KEY) };
    expect(named(first.resources, 'key').inputs['properties']).toEqual(properties);
    expect(first.outputs['secretName']).toEqual(secret('kv-test'));
    expect(first.outputs['groupName']).toBe('group');
  });

  test('tells the program where and what it is, as the CLI does', () => {
    const place = { root: ROOT, folder: path.join(ROOT, 'vault'), project: 'test', stack: 'laptop' };
    expect(first.outputs['place']).toEqual({ ...place, isPreview: false });
    expect(preview.outputs['place']).toEqual({ ...place, isPreview: true });
  });

  test('the second time changes what is different and deletes what is no longer there', () => {
    expect(change.exitCode).toBe(0);
    expect(operations(change.resources).toSorted()).toEqual(operations(changePreview.resources).toSorted());
    expect(provider.calls.slice(callsAfterFirst.length)).toEqual(['update vault', 'delete key']);
    expect([...state.values()].map(({ name }) => name)).toEqual(['test-laptop', 'store', 'group', 'vault']);
  });
});

test('a proxy of the environment is not asked for the engine, and settings of Pulumi outside do not count', async () => {
  process.env['PULUMI_NODEJS_TSCONFIG_PATH'] = 'outside.json';
  const env = { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', no_proxy: '' };
  const { exitCode, log } = await runFixture('process', { provider: cloud(), preview: true, env });
  delete process.env['PULUMI_NODEJS_TSCONFIG_PATH'];
  expect(log).toEqual([]);
  expect(exitCode).toBe(0);
}, 30_000);

test('the program is compiled as the named tsconfig says', async () => {
  const run = runFixture('process', { provider: cloud(), preview: true, tsconfig: 'missing.json' });
  const { exitCode, log } = await run;
  expect(exitCode).not.toBe(0);
  expect(log.map(({ text }) => text).join('\n')).toContain('tsconfig path was set to missing.json');
}, 30_000);
