import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectProvider } from '../../../../local/azure/engine/connect-provider';
import type { ConnectedProvider } from '../../../../local/azure/engine/connect-provider';
import { secret } from '../../../../local/azure/wire';
import { endsSoon, killParent } from './kill-parent';
import { ROOT, runFixture } from './run';

const FOLDER = path.join(ROOT, 'provider');
const URN = 'urn:pulumi:laptop::test::azure-native:keyvault:Vault::vault';

describe('a provider in a process of its own', () => {
  let provider: ConnectedProvider;
  beforeAll(async () => {
    provider = await connectProvider(FOLDER, { FIXTURE: 'true' });
  });
  afterAll(async () => provider.close());

  test('gets old and new inputs to check, and returns what it makes of them', async () => {
    const checked = await provider.check?.(URN, { a: 1 }, { name: 'vault', skipped: undefined });
    expect(checked).toEqual({ inputs: { name: 'vault', old: { a: 1 } }, failures: [] });
  });

  test('returns each objection', async () => {
    const checked = await provider.check?.(URN, {}, { name: 'bad' });
    expect(checked?.failures).toEqual([
      { property: 'name', reason: 'is too short' },
      { property: 'sku', reason: 'is missing' },
    ]);
  });

  test.each([
    ['same', { changes: false, replaces: [] }],
    ['other', { changes: true, replaces: ['name'] }],
    ['undecided', { replaces: [] }],
  ])('says what differs: %s', async (name, expected) => {
    expect(await provider.diff?.('/id', URN, { name: 'same' }, { name })).toEqual(expected);
  });

  test('gets and returns secrets with their marks', async () => {
    const value = { inside: [secret('hidden')] };
    expect(await provider.create?.(URN, { value })).toMatchObject({ id: `${URN}/made`, outs: { value } });
    const updated = await provider.update?.('/id', URN, { old: secret('o') }, { value });
    expect(updated).toEqual({ outs: { id: '/id', olds: { old: secret('o') }, news: { value } } });
  });

  test('gets PATH and what it is given of the environment, nothing else', async () => {
    const made = await provider.create?.(URN, {});
    expect(made?.outs.environment).toEqual(['FIXTURE', 'NODE_OPTIONS', 'PATH']);
  });

  test('reads what is there, and says when it is not', async () => {
    expect(await provider.read?.('/id', URN, {})).toEqual({ id: '/id', props: { name: 'read' } });
    expect(await provider.read?.('missing', URN, {})).toEqual({ id: '', props: {} });
  });

  test('answers functions', async () => {
    const answer = await provider.invoke?.('azure-native:a:b', { c: 1 });
    expect(answer).toEqual({ outputs: { token: 'azure-native:a:b', args: { c: 1 } }, failures: [] });
    const refused = await provider.invoke?.('azure-native:a:b', { bad: true });
    expect(refused?.failures).toEqual([{ property: 'bad', reason: 'is true' }]);
  });

  test('fails in its own words', async () => {
    const refused = { name: 'refuse' };
    const message = 'SoftDeletedVaultDoesNotExist: "kv-one" is gone';
    await expect(provider.create?.(URN, refused)).rejects.toMatchObject({ message });
    await expect(provider.update?.('/id', URN, {}, refused)).rejects.toMatchObject({ message });
    await expect(provider.delete?.('/id', URN, refused)).rejects.toMatchObject({ message });
    await expect(provider.delete?.('/id', URN, {})).resolves.toBeUndefined();
  });

  test('serves a program', async () => {
    const { exitCode, outputs } = await runFixture('process', { provider });
    expect(exitCode).toBe(0);
    expect(outputs).toEqual({ name: undefined });
  }, 30_000);
});

const pidOf = async (provider: ConnectedProvider): Promise<number> =>
  (await provider.create?.(URN, {}))?.outs.pid;

describe('its process ends', () => {
  test('when it is closed', async () => {
    const provider = await connectProvider(FOLDER, {});
    const pid = await pidOf(provider);
    await provider.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('with the signal', async () => {
    const controller = new AbortController();
    const provider = await connectProvider(FOLDER, {}, controller.signal);
    const pid = await pidOf(provider);
    controller.abort();
    expect(await endsSoon(pid)).toBe(true);
    await provider.close();
  });

  test('when the process that started it is killed', async () => {
    const pid = await killParent('provider-parent.ts');
    expect(await endsSoon(pid)).toBe(true);
  }, 30_000);
});

test('what it printed is told when it dies in the middle of a call', async () => {
  const provider = await connectProvider(FOLDER, {});
  const call = provider.invoke?.('azure-native:a:b', { die: true });
  await expect(call).rejects.toThrow(
    /^azure-native: does not answer, got .*What it was doing may be half done\./,
  );
  await provider.close();
});

test('one that does not start is refused with what it printed', async () => {
  await expect(connectProvider(FOLDER, { FIXTURE_BREAKS: 'true' })).rejects.toThrow(
    new Error(
      `pulumi-resource-azure-native: did not say its port, got its output below. Nothing can be deployed without a provider. Run it by hand in ${FOLDER}.\ncannot find the types`,
    ),
  );
});

test('a folder without one is refused', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tavus-recordings-'));
  await expect(connectProvider(folder, {})).rejects.toThrow(/ENOENT$/);
  await rm(folder, { recursive: true });
});
