import { NOWHERE } from '../../../scripts/summary/nowhere';

const urn = (type: string): string => `urn:pulumi:dev::p::${type}::it`;
const VAULT = 'azure-native:keyvault:Vault';
const SECRET = 'azure-native:keyvault:Secret';

test('what is made has what Azure adds, and the name of its own', async () => {
  const { id, outs } = { ...(await NOWHERE.create?.(urn(VAULT), { resourceGroupName: 'g' })) };
  expect(id).toMatch(/\/resourceGroups\/g\/providers\/Microsoft\.KeyVault\/vaults\/it$/);
  expect(outs).toMatchObject({ name: 'it', properties: { vaultUri: 'https://it.vault.azure.net/' } });
});

test('is the same each time, a version of a secret too', async () => {
  const make = () => NOWHERE.create?.(urn(SECRET), { vaultName: 'v', properties: { value: 'x' } });
  const first = await make();
  expect(first?.outs).toMatchObject({
    properties: { secretUriWithVersion: expect.stringMatching(/\/version$/) },
  });
  expect(await make()).toEqual(first);
});

test('makes what it does not know as it is declared', async () => {
  expect(await NOWHERE.create?.(urn('azure-native:new:Thing'), { a: 1 })).toEqual({
    id: urn('azure-native:new:Thing'),
    outs: { a: 1 },
  });
});
