import { specialSecretSig, specialSigKey, unknownValue } from '@pulumi/pulumi/runtime/rpc';
import { version } from '@pulumi/azure-native/package.json';
import { StandInProvider } from '../../../../local/azure/provider/provider';
import { holdsSecret, plain, secret } from '../../../../local/azure/wire';
import { API_KEY, makeWorld, type World } from '../cloud/world';

const urn = (type: string, name = 'name'): string =>
  `urn:pulumi:laptop::test::tavus:azure:Backend$azure-native:${type}::${name}`;

const GROUP = urn('resources:ResourceGroup');
const VAULT = urn('keyvault:Vault');
const SECRET = urn('keyvault:Secret');

let world: World;
let provider: StandInProvider;
beforeEach(async () => {
  world = await makeWorld();
  provider = new StandInProvider(world.azure);
});

describe('checking', () => {
  test('gives a name, and keeps the one it once gave', async () => {
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

  test('leaves a name that the program gives', async () => {
    const { inputs } = await provider.check(VAULT, { vaultName: 'old' }, { vaultName: 'new' });
    expect(inputs).toEqual({ vaultName: 'new' });
  });

  test('names a role assignment by a GUID', async () => {
    const { inputs } = await provider.check(urn('authorization:RoleAssignment'), {}, {});
    expect(inputs.roleAssignmentName).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('hands back each objection, the named inputs, and their marks', async () => {
    const properties = secret({ enableRbacAuthorization: true, enablePurgeProtection: false });
    expect(await provider.check(VAULT, {}, { vaultName: 'v', properties })).toEqual({
      inputs: { vaultName: 'v', properties },
      failures: [
        {
          property: 'properties.enablePurgeProtection',
          reason: expect.stringContaining('switches purge protection off, got false.'),
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
    ['nothing, although Azure added outputs', vault, false, []],
    ['a mark alone', { ...vault, properties: secret({ a: 1 }) }, false, []],
    ['a value deep inside', { ...vault, properties: { a: 2 } }, true, []],
    ['a property that came', { ...vault, tags: { a: 'b' } }, true, []],
    ['a property that went', withoutProperties, true, []],
    ['the name', { ...vault, vaultName: 'w' }, true, ['vaultName']],
    ['the location', { ...vault, location: 'northeurope' }, true, ['location']],
    ['the group', { ...vault, resourceGroupName: 'other' }, true, ['resourceGroupName']],
    ['a value that is not known yet', { ...vault, properties: { a: unknownValue } }, true, []],
  ])('sees %s', async (_what, after, changes, replaces) => {
    expect(await diff(vault, after)).toMatchObject({ changes, replaces });
  });

  test('an app of another environment and a right on something else are new ones', async () => {
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

  /** What is left of a value when everything that is marked is taken out. */
  const unprotected = (value: unknown): string =>
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null && Reflect.get(inner, specialSigKey) === specialSecretSig
        ? '[secret]'
        : inner,
    );

  test('are revealed to the cloud and marked again in every answer', async () => {
    const { id, outs } = await provider.create(SECRET, marked);
    expect((await world.azure.get(id))?.inputs).toEqual({ ...inputs, properties: { value: API_KEY } });
    const updated = await provider.update(id, SECRET, outs, { ...marked, tags: { a: 'b' } });
    const read = await provider.read(id, SECRET, updated.outs);
    for (const answer of [outs, updated.outs, read.props, read.inputs]) {
      expect(holdsSecret(answer.properties)).toBe(true);
      expect(unprotected(answer)).not.toContain(API_KEY);
    }
    expect(plain(read.inputs)).toEqual({ ...inputs, tags: { a: 'b' }, properties: { value: API_KEY } });
  });

  test('the properties of a vault secret are one as a whole, even when the program marks nothing', async () => {
    const { outs } = await provider.create(SECRET, { ...inputs, properties: { value: API_KEY } });
    expect(outs.properties[specialSigKey]).toBe(specialSecretSig);
    expect(unprotected(outs)).not.toContain(API_KEY);
    expect(unprotected(outs)).toContain('"secretName":"new"');
  });

  test('one deep inside any resource makes its whole property secret, and no other', async () => {
    const { id, outs } = await provider.create(VAULT, { ...vault, properties: { a: secret(API_KEY) } });
    for (const answer of [outs, (await provider.read(id, VAULT, outs)).props]) {
      expect(answer.properties[specialSigKey]).toBe(specialSecretSig);
      expect(answer.vaultName).toBe('v');
      expect(unprotected(answer)).not.toContain(API_KEY);
    }
  });

  test('what is no secret stays readable', async () => {
    const { outs } = await provider.create(VAULT, vault);
    expect(outs).toMatchObject({ properties: { a: 1, vaultUri: 'https://v.vault.azure.net/' } });
  });
});

test('what is there already is not taken over: two environments cannot share an app', async () => {
  await provider.create(VAULT, vault);
  await expect(provider.create(urn('keyvault:Vault', 'of another stack'), vault)).rejects.toThrow(
    /^cannot create already existing resource '\/subscriptions\/.*\/Microsoft\.KeyVault\/vaults\/v'$/,
  );
});

test('reading shows what was changed behind the program, and that the next comparison sees it', async () => {
  const { id, outs } = await provider.create(VAULT, vault);
  await world.azure.put('azure-native:keyvault:Vault', { ...vault, properties: { a: 2 } });
  const { props, inputs } = await provider.read(id, VAULT, outs);
  expect(props.properties.a).toBe(2);
  expect(inputs.properties).toEqual({ a: 2 });
  expect(await provider.diff(id, VAULT, outs, vault)).toMatchObject({ changes: false });
  expect(await provider.diff(id, VAULT, props, vault)).toMatchObject({ changes: true });
});

test('reading what is gone says that it is', async () => {
  const { id, outs } = await provider.create(VAULT, vault);
  await provider.delete(id);
  expect(await provider.read(id, VAULT, outs)).toEqual({});
});

test('the client is somebody of the same subscription', async () => {
  const { outputs } = await provider.invoke('azure-native:authorization:getClientConfig');
  const { id } = await provider.create(GROUP, { resourceGroupName: 'mine' });
  expect(id).toBe(`/subscriptions/${outputs.subscriptionId}/resourceGroups/mine`);
  expect(Object.keys(outputs).toSorted()).toEqual(['clientId', 'objectId', 'subscriptionId', 'tenantId']);
});

test('other functions are refused', async () => {
  await expect(provider.invoke('azure-native:keyvault:getVault')).rejects.toThrow(
    "azure-native:keyvault:getVault: is no function that the laptop's Azure knows.",
  );
});

test('its version is that of the package in whose place it is', () => {
  expect(provider.version).toBe(version);
});
