import { connectProvider, type ConnectedProvider } from '../../../../local/azure/engine/connect-provider';
import { startStandInAzure, PLUGIN_FOLDER, type RunningStandIn } from '../../../../local/azure/stand-in';
import { secret } from '../../../../local/azure/wire';
import { freePort } from '../../../../local/free-port';
import { GOOD_INPUTS } from '../checks/good-inputs';

const urn = (type: string): string => `urn:pulumi:laptop::test::${type}::name`;
const GROUP = 'azure-native:resources:ResourceGroup';
const VAULT = 'azure-native:keyvault:Vault';
const SECRET = 'azure-native:keyvault:Secret';

let standIn: RunningStandIn;
let provider: ConnectedProvider;
beforeAll(async () => {
  standIn = await startStandInAzure(await freePort());
  provider = await connectProvider(PLUGIN_FOLDER, {
    STAND_IN_AZURE_URL: standIn.controlUrl,
    STAND_IN_AZURE_TOKEN: standIn.token,
  });
}, 60_000);
afterAll(async () => {
  await provider.close();
  await standIn.stop();
});

const create = async (type: string, inputs: object = GOOD_INPUTS[type] ?? {}) =>
  provider.create?.(urn(type), { resourceGroupName: 'tavus-laptop', ...inputs });

test('the plugin makes, compares, reads and removes resources of the cloud in this process', async () => {
  const inputs = GOOD_INPUTS[VAULT] ?? {};
  await create(GROUP);
  const checked = await provider.check?.(urn(VAULT), {}, inputs);
  expect(checked).toEqual({ inputs, failures: [] });
  const made = await create(VAULT);
  const id = made?.id ?? '';
  expect((await standIn.azure.get(id))?.inputs).toEqual(inputs);
  expect(await provider.diff?.(id, urn(VAULT), made?.outs, inputs)).toMatchObject({ changes: false });
  const changed = { ...inputs, tags: { changed: 'true' } };
  expect(await provider.diff?.(id, urn(VAULT), made?.outs, changed)).toEqual({ changes: true, replaces: [] });
  await provider.update?.(id, urn(VAULT), made?.outs, changed);
  expect((await provider.read?.(id, urn(VAULT), made?.outs))?.props.tags).toEqual({ changed: 'true' });
  await provider.delete?.(id, urn(VAULT), {});
  expect(await standIn.azure.get(id)).toBeUndefined();
  expect(await provider.read?.(id, urn(VAULT), made?.outs)).toMatchObject({ id: '' });
});

test('it objects to inputs that Azure would refuse, by name', async () => {
  const inputs = { ...GOOD_INPUTS[VAULT], properties: { enablePurgeProtection: false } };
  const { failures = [] } = (await provider.check?.(urn(VAULT), {}, inputs)) ?? {};
  expect(failures.map(({ property }) => property)).toContain('properties.enablePurgeProtection');
});

test('secrets come back marked', async () => {
  await create(GROUP);
  await create(VAULT);
  const made = await create(SECRET, { ...GOOD_INPUTS[SECRET], properties: { value: secret('hidden') } });
  expect(made?.outs.properties).toEqual(
    secret(expect.objectContaining({ secretUri: expect.stringContaining('/secrets/tavus-api-key') })),
  );
  expect(made?.outs).toMatchObject({ __inputs: { properties: secret({ value: 'hidden' }) } });
});

test("a refusal has the cloud's own words", async () => {
  await expect(create(SECRET, { ...GOOD_INPUTS[SECRET], vaultName: 'missing' })).rejects.toThrow(
    /^azure-native:keyvault:Secret: refers to what is not there, got .*\/vaults\/missing\./,
  );
});

test('it knows who is asking', async () => {
  const answer = await provider.invoke?.('azure-native:authorization:getClientConfig', {});
  expect(answer?.outputs).toEqual(await standIn.azure.clientConfig());
});

test('without a cloud it does not start, and says why', async () => {
  await expect(connectProvider(PLUGIN_FOLDER, { STAND_IN_AZURE_URL: standIn.controlUrl })).rejects.toThrow(
    'STAND_IN_AZURE_TOKEN: missing, got nothing. The provider has no cloud. Run it by `npm run local`.',
  );
}, 30_000);

test('with a wrong token it gets nothing done', async () => {
  const stranger = await connectProvider(PLUGIN_FOLDER, {
    STAND_IN_AZURE_URL: standIn.controlUrl,
    STAND_IN_AZURE_TOKEN: 'guessed',
  });
  const inputs = { resourceGroupName: 'stranger' };
  await expect(stranger.create?.(urn(GROUP), inputs)).rejects.toThrow('The token is missing or wrong.');
  await stranger.close();
}, 30_000);
