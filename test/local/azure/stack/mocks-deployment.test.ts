import { InputPropertiesError, InputPropertyError } from '@pulumi/pulumi';
import type { MockResourceArgs, MockResourceResult } from '@pulumi/pulumi/runtime';
import { unknownValue } from '@pulumi/pulumi/runtime/rpc';
import { FakeAzure } from '../../../../local/azure/cloud/fake-azure';
import { nameOf } from '../../../../local/azure/provider/names';
import { FakeProvider } from '../../../../local/azure/provider/fake-provider';
import { MocksDeployment, type DeployedResource } from '../../../../local/azure/stack/mocks-deployment';
import { FakeRevisions } from '../cloud/test-cloud';

let provider: FakeProvider;
beforeEach(() => {
  provider = new FakeProvider(new FakeAzure(new FakeRevisions()));
});

const run = (resources: readonly DeployedResource[] = [], isPreview = false): MocksDeployment =>
  new MocksDeployment(provider, { project: 'test', stack: 'laptop', isPreview }, resources);

const register = (
  deployment: MocksDeployment,
  name: string,
  inputs: MockResourceArgs['inputs'],
  type = 'resources:ResourceGroup',
): Promise<MockResourceResult> =>
  deployment.newResource({ type: `azure-native:${type}`, name, inputs, custom: true });

const VAULT = { resourceGroupName: 'group', vaultName: 'vault', location: 'westeurope' };
const withVault = async (deployment: MocksDeployment, location = 'westeurope'): Promise<void> => {
  await register(deployment, 'group', { resourceGroupName: 'group' });
  const inputs = { ...VAULT, location, properties: { enableRbacAuthorization: true } };
  await register(deployment, 'vault', inputs, 'keyvault:Vault');
};

test('a change is an update or a replacement, and an unchanged resource is not counted', async () => {
  const first = run();
  await withVault(first);
  const made = await first.finish();
  expect(made.map(({ urn }) => nameOf(urn))).toEqual(['group', 'vault']);

  const again = run(made);
  await withVault(again);
  expect([await again.finish(), again.changes]).toEqual([made, 0]);

  const moved = run(made);
  await withVault(moved, 'northeurope');
  expect((await moved.finish()).at(-1)?.inputs).toMatchObject({ location: 'northeurope' });
  expect(moved.changes).toBe(2);
});

test('a preview counts the changes, makes none, and has unknown values for properties that only Azure sets', async () => {
  const first = run();
  await withVault(first);
  const made = await first.finish();
  const before = JSON.stringify(made);

  const preview = run(made, true);
  await register(preview, 'group', { resourceGroupName: 'group' });
  const inputs = { ...VAULT, properties: { enableRbacAuthorization: true }, tags: { a: 'b' } };
  const { id } = await register(preview, 'vault', inputs, 'keyvault:Vault');
  const secret = await register(
    preview,
    'secret',
    { resourceGroupName: 'group', vaultName: 'vault', secretName: 's', properties: { value: 'x' } },
    'keyvault:Secret',
  );
  expect([id, secret.id]).toEqual([made.at(-1)?.id, undefined]);
  expect(secret.state).toMatchObject({ name: unknownValue, secretName: 's' });
  expect(JSON.stringify(await preview.finish())).toBe(before);
  // An update and a creation.
  expect([preview.changes, preview.error]).toEqual([2, undefined]);

  const moved = run(made, true);
  await withVault(moved, 'northeurope');
  const gone = run(made, true);
  await gone.finish();
  expect([moved.changes, gone.changes]).toEqual([2, 2]);
  expect(JSON.stringify([...(await moved.finish())])).toBe(before);
});

test('after the first error nothing more is created or deleted', async () => {
  const before = run();
  await register(before, 'old', { resourceGroupName: 'old' });
  const deployment = run(await before.finish());
  await expect(register(deployment, 'vault', VAULT, 'keyvault:Vault')).rejects.toThrow('has wrong inputs.');
  await expect(register(deployment, 'group', { resourceGroupName: 'group' })).rejects.toThrow(
    'The run has already failed.',
  );
  expect((await deployment.finish()).map(({ urn }) => nameOf(urn))).toEqual(['old']);
  expect(deployment.error).toBe(
    'vault (azure-native:keyvault:Vault): has wrong inputs. It was not changed. Correct them in the program:\n' +
      '- properties.enableRbacAuthorization: must be true, got nothing. The vault would use access policies: role assignments ' +
      'would have no effect, and the app could not read its secrets. Set it to true.',
  );
});

test('an error of the cloud has the name of the resource', async () => {
  const deployment = run();
  const inputs = { ...VAULT, resourceGroupName: 'missing', properties: { enableRbacAuthorization: true } };
  await expect(register(deployment, 'vault', inputs, 'keyvault:Vault')).rejects.toThrow(
    /^vault \(azure-native:keyvault:Vault\): was not created\. azure-native:keyvault:Vault: refers to a missing resource/,
  );
});

test('a resource of a killed run is not adopted, and the error is the one that the runbook explains', async () => {
  await register(run(), 'group', { resourceGroupName: 'group' });
  const next = run();
  const again = register(next, 'group', { resourceGroupName: 'group' });
  await expect(again).rejects.toThrow('was not created. cannot create already existing resource ');
});

test('two resources with the same name are refused', async () => {
  const deployment = run();
  await register(deployment, 'group', { resourceGroupName: 'group' });
  await expect(register(deployment, 'group', { resourceGroupName: 'group' })).rejects.toThrow(
    'group (azure-native:resources:ResourceGroup): is registered twice',
  );
});

test.each([
  [new InputPropertyError({ propertyPath: 'a.b', reason: 'is wrong' }), 'a.b: is wrong'],
  [
    new InputPropertiesError({
      message: 'Two are wrong:',
      errors: [
        { propertyPath: 'a', reason: 'missing' },
        { propertyPath: 'b', reason: 'too long' },
      ],
    }),
    'Two are wrong:\n- a: missing\n- b: too long',
  ],
])('an error keeps all properties that it names: %s', (error, text) => {
  const deployment = run();
  deployment.recordError(error);
  deployment.recordError(new Error('a consequence'));
  expect(deployment.error).toBe(text);
});
