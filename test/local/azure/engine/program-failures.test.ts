import { EngineState } from '../../../../local/azure/engine/engine';
import type { ProgramResult, RegisteredResource } from '../../../../local/azure/engine/engine';
import { cloud, declared } from './cloud';
import { endsSoon } from './kill-parent';
import { API_KEY, operations, runFixture } from './run';

const KEY = 'urn:pulumi:laptop::test::test:index:SecretStore$azure-native:keyvault:Secret::key';

const left = (name: string, rest: Partial<RegisteredResource>): RegisteredResource => ({
  ...declared(name, rest),
  outputs: {},
  id: `/${name}`,
  operation: 'create',
});

test('two resources of one name are refused', async () => {
  const { exitCode, log } = await runFixture('twice', { provider: cloud(), preview: true });
  const urn = 'urn:pulumi:laptop::test::azure-native:resources:ResourceGroup::group';
  expect(exitCode).not.toBe(0);
  expect(log[0]).toEqual({
    severity: 'error',
    urn,
    text: `group (azure-native:resources:ResourceGroup): is there twice, got Duplicate resource URN ${urn}. One would overwrite the other. Give each its own name.`,
  });
  expect(log[1]?.text).toContain('3 INVALID_ARGUMENT: group');
}, 30_000);

test('what a provider objects to in a preview fails it, with each objection', async () => {
  const failures = [
    { property: 'properties.value', reason: 'is too short' },
    { property: 'secretName', reason: 'has a space' },
  ];
  const provider = cloud({
    check: async (urn, _olds, news) => (urn === KEY ? { failures } : { inputs: news }),
  });
  const { exitCode, log, resources } = await runFixture('vault', { provider, preview: true });
  expect(exitCode).not.toBe(0);
  expect(log[0]).toEqual({
    severity: 'error',
    urn: KEY,
    text:
      'key (azure-native:keyvault:Secret): its inputs are refused. It was not touched. Correct them in the program:\n' +
      '- properties.value: is too short\n- secretName: has a space',
  });
  expect(operations(resources)).toContain('create vault');
}, 30_000);

describe('a deployment in which a creation fails', () => {
  const state = new EngineState([[declared('old').urn, left('old', {})]]);
  const provider = cloud({
    create: async (urn, inputs) => {
      if (urn === KEY) throw new Error(`BadParameter: ${JSON.stringify(inputs.properties)}`);
      return { id: `${urn}/made`, outs: inputs };
    },
  });
  let result: ProgramResult;
  beforeAll(async () => {
    result = await runFixture('vault', { provider, state });
  }, 30_000);

  test("fails with the provider's words and the resource's name, without the secret in them", () => {
    const { exitCode, log, stdout, stderr } = result;
    expect(exitCode).not.toBe(0);
    expect(log[0]).toMatchObject({ severity: 'error', urn: KEY });
    expect(log[0]?.text).toMatch(
      /^key \(azure-native:keyvault:Secret\): was not created\. BadParameter: .*\[secret]/,
    );
    expect(JSON.stringify([log, stdout, stderr])).not.toContain(API_KEY);
  });

  test('leaves what was made in the state, and deletes nothing', () => {
    expect(operations(result.resources)).not.toContain('create key');
    expect([...state.values()].map(({ name }) => name).toSorted()).toEqual(
      ['old', 'test-laptop', 'group', 'store', 'vault'].toSorted(),
    );
    expect(provider.calls).not.toContain('delete old');
  });
});

test.each([
  ['is protected', { protect: true }, /^protect: is set on what would be deleted, .*\n- old \(azure-native/],
  ["can't be deleted", {}, /^old \(azure-native:keyvault:Vault\): was not deleted\. Conflict$/],
])(
  'a deployment fails when what it no longer has %s',
  async (_, rest, text) => {
    const state = new EngineState([[declared('old').urn, left('old', rest)]]);
    const provider = cloud({ delete: async () => Promise.reject(new Error('Conflict')) });
    const { exitCode, log } = await runFixture('process', { provider, state });
    expect(exitCode).toBe(1);
    expect(log).toEqual([{ severity: 'error', text: expect.stringMatching(text) }]);
    expect(state.has(declared('old').urn)).toBe(true);
  },
  30_000,
);

test('a program that throws fails with its own words', async () => {
  const { exitCode, log } = await runFixture('vault', {
    provider: cloud(),
    preview: true,
    config: { protect: 'perhaps' },
  });
  expect(exitCode).not.toBe(0);
  expect(log.map(({ text }) => text).join('\n')).toContain("Configuration 'test:protect' value 'perhaps'");
}, 30_000);

test('what was under way when the program ended is waited for, and told', async () => {
  const provider = cloud({
    create: async (_urn, inputs) => {
      const pid = Number(inputs.tags.pid);
      process.kill(pid, 'SIGKILL');
      await endsSoon(pid);
      throw new Error('Conflict');
    },
  });
  const { exitCode, log } = await runFixture('process', { provider });
  expect(exitCode).toBe(1);
  expect(log.map(({ text }) => text)).toEqual([
    'group (azure-native:resources:ResourceGroup): was not created. Conflict',
  ]);
}, 30_000);
