import { specialSecretSig, specialSigKey, unknownValue } from '@pulumi/pulumi/runtime/rpc';
import { version } from '@pulumi/azure-native/package.json';
import { FakeProvider } from '../../../../local/azure/provider/fake-provider';
import { containsSecret, plain, secret } from '../../../../local/azure/wire';
import { API_KEY, makeTestCloud, type TestCloud } from '../cloud/test-cloud';

const urn = (type: string, name = 'name'): string =>
  `urn:pulumi:laptop::test::tavus:azure:Backend$azure-native:${type}::${name}`;

const GROUP = urn('resources:ResourceGroup');
const VAULT = urn('keyvault:Vault');
const SECRET = urn('keyvault:Secret');

let cloud: TestCloud;
let provider: FakeProvider;
beforeEach(async () => {
  cloud = await makeTestCloud();
  provider = new FakeProvider(cloud.azure);
});

describe('checking', () => {
  test('generates a name, and keeps it later', async () => {
    const first = await provider.check(urn('keyvault:Vault', 'my-vault'), {}, { location: 'westeurope' });
    expect(first.inputs).toEqual({
      location: 'westeurope',
      vaultName: expect.stringMatching(/^my-vault[0-9a-f]{8}$/),
    });
    const later = await provider.check(VAULT, first.inputs, { location: 'northeurope' });
    expect(later.inputs).toEqual({ ...first.inputs, location: 'northeurope' });
    const again = await provider.check(urn('keyvault:Vault', 'my-vault'), {}, {});
    expect(again.inputs.vaultName).not.toBe(first.inputs.vaultName);
  });

  test('keeps a name that the program gives', async () => {
    const { inputs } = await provider.check(VAULT, { vaultName: 'old' }, { vaultName: 'new' });
    expect(inputs).toEqual({ vaultName: 'new' });
  });

  test('names a role assignment by a GUID', async () => {
    const { inputs } = await provider.check(urn('authorization:RoleAssignment'), {}, {});
    expect(inputs.roleAssignmentName).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('returns each problem, and the inputs with name and secrets', async () => {
    const properties = secret({ enableRbacAuthorization: true, enablePurgeProtection: false });
    expect(await provider.check(VAULT, {}, { vaultName: 'v', properties })).toEqual({
      inputs: { vaultName: 'v', properties },
      failures: [
        {
          property: 'properties.enablePurgeProtection',
          reason: expect.stringContaining('must not be false, got false.'),
        },
      ],
    });
  });
});

const withoutProperties = { resourceGroupName: 'group', location: 'westeurope', vaultName: 'v' };
const vault = { ...withoutProperties, properties: { a: 1 } };

describe('comparing', () => {
  const diff = async (before: object, after: object) => {
    const { outs } = await provider.create(VAULT, { ...before });
    return provider.diff('/id', VAULT, outs, { ...after });
  };

  test.each([
    ['no change, although Azure added outputs', vault, false, []],
    ['no change when only a value became secret', { ...vault, properties: secret({ a: 1 }) }, false, []],
    ['a changed value deep inside', { ...vault, properties: { a: 2 } }, true, []],
    ['a new property', { ...vault, tags: { a: 'b' } }, true, []],
    ['a removed property', withoutProperties, true, []],
    ['a changed name', { ...vault, vaultName: 'w' }, true, ['vaultName']],
    ['a changed location', { ...vault, location: 'northeurope' }, true, ['location']],
    ['a changed group', { ...vault, resourceGroupName: 'other' }, true, ['resourceGroupName']],
    ['an unknown value', { ...vault, properties: { a: unknownValue } }, true, []],
  ])('sees %s', async (_what, after, changes, replaces) => {
    expect(await diff(vault, after)).toMatchObject({ changes, replaces });
  });

  test('another environment of an app, or another scope of a role assignment, replaces it', async () => {
    const differing = async (type: string, before: object, after: object) =>
      (await provider.diff('/id', urn(type), { __inputs: before }, { ...after })).replaces;
    expect(
      await differing('app:ContainerApp', { managedEnvironmentId: 'a' }, { managedEnvironmentId: 'b' }),
    ).toEqual(['managedEnvironmentId']);
    expect(await differing('authorization:RoleAssignment', { scope: 'a' }, { scope: 'b' })).toEqual([
      'scope',
    ]);
  });
});

describe('secrets', () => {
  const inputs = { resourceGroupName: 'group', vaultName: 'vault', secretName: 'new' };
  const marked = { ...inputs, properties: { value: secret(API_KEY) } };

  /** A value as JSON, with each secret replaced. */
  const unprotected = (value: unknown): string =>
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null && Reflect.get(inner, specialSigKey) === specialSecretSig
        ? '[secret]'
        : inner,
    );

  test('reach the cloud in plain text, and are secrets in every answer', async () => {
    const { id, outs } = await provider.create(SECRET, marked);
    expect((await cloud.azure.get(id))?.inputs).toEqual({ ...inputs, properties: { value: API_KEY } });
    const updated = await provider.update(id, SECRET, outs, { ...marked, tags: { a: 'b' } });
    const read = await provider.read(id, SECRET, updated.outs);
    for (const answer of [outs, updated.outs, read.props, read.inputs]) {
      expect(containsSecret(answer.properties)).toBe(true);
      expect(unprotected(answer)).not.toContain(API_KEY);
    }
    expect(plain(read.inputs)).toEqual({ ...inputs, tags: { a: 'b' }, properties: { value: API_KEY } });
  });

  test('include all properties of a vault secret, even if the program marks none', async () => {
    const { outs } = await provider.create(SECRET, { ...inputs, properties: { value: API_KEY } });
    expect(outs.properties[specialSigKey]).toBe(specialSecretSig);
    expect(unprotected(outs)).not.toContain(API_KEY);
    expect(unprotected(outs)).toContain('"secretName":"new"');
  });

  test('deep inside a resource make the whole property secret, and no other', async () => {
    const { id, outs } = await provider.create(VAULT, { ...vault, properties: { a: secret(API_KEY) } });
    for (const answer of [outs, (await provider.read(id, VAULT, outs)).props]) {
      expect(answer.properties[specialSigKey]).toBe(specialSecretSig);
      expect(answer.vaultName).toBe('v');
      expect(unprotected(answer)).not.toContain(API_KEY);
    }
  });

  test('other values stay readable', async () => {
    const { outs } = await provider.create(VAULT, vault);
    expect(outs).toMatchObject({ properties: { a: 1, vaultUri: 'https://v.vault.azure.net/' } });
  });
});

test('an existing resource is not adopted, so two environments cannot share an app', async () => {
  await provider.create(VAULT, vault);
  await expect(provider.create(urn('keyvault:Vault', 'of another stack'), vault)).rejects.toThrow(
    /^cannot create already existing resource '\/subscriptions\/.*\/Microsoft\.KeyVault\/vaults\/v'$/,
  );
});

test('reading shows a change that another program made, and so does the next diff', async () => {
  const { id, outs } = await provider.create(VAULT, vault);
  await cloud.azure.put('azure-native:keyvault:Vault', { ...vault, properties: { a: 2 } });
  const { props, inputs } = await provider.read(id, VAULT, outs);
  expect(props.properties.a).toBe(2);
  expect(inputs.properties).toEqual({ a: 2 });
  expect(await provider.diff(id, VAULT, outs, vault)).toMatchObject({ changes: false });
  expect(await provider.diff(id, VAULT, props, vault)).toMatchObject({ changes: true });
});

test('reading a removed resource returns nothing', async () => {
  const { id, outs } = await provider.create(VAULT, vault);
  await provider.delete(id);
  expect(await provider.read(id, VAULT, outs)).toEqual({});
});

test('the client config has the subscription of the resources', async () => {
  const { outputs } = await provider.invoke('azure-native:authorization:getClientConfig');
  const { id } = await provider.create(GROUP, { resourceGroupName: 'mine' });
  expect(id).toBe(`/subscriptions/${outputs.subscriptionId}/resourceGroups/mine`);
  expect(Object.keys(outputs).toSorted()).toEqual(['clientId', 'objectId', 'subscriptionId', 'tenantId']);
});

test('other functions are refused', async () => {
  await expect(provider.invoke('azure-native:keyvault:getVault')).rejects.toThrow(
    "azure-native:keyvault:getVault: is not a function of the laptop's Azure.",
  );
});

test('it has the version of the azure-native package', () => {
  expect(provider.version).toBe(version);
});
