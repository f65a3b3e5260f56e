import { makeTestCloud } from './test-cloud';

test('the id of a diagnostic setting or role assignment is below its scope', async () => {
  const { azure, ids, assign } = await makeTestCloud();
  const name = 'azure-native:monitor:DiagnosticSetting';
  const { id } = await azure.put(name, { name: 'logs', resourceUri: ids.vault });
  expect(id).toBe(`${ids.vault}/providers/Microsoft.Insights/diagnosticSettings/logs`);
  expect(await assign('role', ids.vault)).toBe(
    `${ids.vault}/providers/Microsoft.Authorization/roleAssignments/assignment-1`,
  );
});

test('an unknown resource type is refused', async () => {
  const { azure } = await makeTestCloud();
  await expect(azure.put('azure-native:web:WebApp', {})).rejects.toThrow(
    "azure-native:web:WebApp: unknown resource type. The laptop's Azure would check nothing about it. " +
      'Add it to local/azure/cloud, from the source of azure-native.',
  );
  await expect(azure.put('constructor', {})).rejects.toThrow('constructor: unknown resource type');
});

describe('a secret', () => {
  test('has no value in its outputs', async () => {
    const { putSecret } = await makeTestCloud();
    expect(JSON.stringify(await putSecret('the value'))).not.toContain('the value');
  });
});

describe('a reference to a missing resource is refused', () => {
  const GROUPS = '/subscriptions/5ab5c71b-0000-4000-8000-000000000001/resourceGroups';

  test.each([
    ['azure-native:keyvault:Vault', { resourceGroupName: 'other', vaultName: 'v' }, `${GROUPS}/other`],
    [
      'azure-native:keyvault:Secret',
      { resourceGroupName: 'group', vaultName: 'other', secretName: 's' },
      `${GROUPS}/group/providers/Microsoft.KeyVault/vaults/other`,
    ],
    [
      'azure-native:monitor:MetricAlert',
      {
        resourceGroupName: 'group',
        ruleName: 'r',
        scopes: [`${GROUPS}/group/providers/a/b/c`],
        actions: [{ actionGroupId: `${GROUPS}/group/providers/d/e/f` }],
      },
      `${GROUPS}/group/providers/a/b/c, ${GROUPS}/group/providers/d/e/f`,
    ],
    [
      'azure-native:authorization:RoleAssignment',
      { scope: `${GROUPS}/other`, roleAssignmentName: 'r' },
      `${GROUPS}/other`,
    ],
  ])('%s', async (type, inputs, missing) => {
    const { azure } = await makeTestCloud();
    await expect(azure.put(type, inputs)).rejects.toThrow(
      `${type}: refers to a missing resource, got ${missing}. Azure refuses it. Create that resource first, and refer to it by its id.`,
    );
  });
});

describe('removing', () => {
  test('a vault removes its children and role assignments', async () => {
    const { azure, ids, assign } = await makeTestCloud();
    const assignment = await assign('role', ids.vault);
    await azure.remove(ids.vault);
    for (const id of [ids.vault, ids.secret, assignment]) expect(await azure.get(id)).toBeUndefined();
    expect(await azure.get(ids.registry)).toMatchObject({
      outputs: { name: ids.registry.split('/').at(-1) },
    });
  });

  test('a group removes everything in it, and nothing of a group whose name starts with its name', async () => {
    const { azure, ids } = await makeTestCloud();
    const { id } = await azure.put('azure-native:resources:ResourceGroup', { resourceGroupName: 'group2' });
    await azure.remove(ids.vault.replace(/\/providers.*/, ''));
    for (const gone of Object.values(ids)) expect(await azure.get(gone)).toBeUndefined();
    expect(await azure.get(id)).toMatchObject({ inputs: { resourceGroupName: 'group2' } });
  });
});
