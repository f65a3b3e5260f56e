import { makeWorld } from './world';

test('a diagnostic setting and a role assignment are named below what they are about', async () => {
  const { azure, ids, assign } = await makeWorld();
  const name = 'azure-native:monitor:DiagnosticSetting';
  const { id } = await azure.put(name, { name: 'logs', resourceUri: ids.vault });
  expect(id).toBe(`${ids.vault}/providers/Microsoft.Insights/diagnosticSettings/logs`);
  expect(await assign('role', ids.vault)).toBe(
    `${ids.vault}/providers/Microsoft.Authorization/roleAssignments/assignment-1`,
  );
});

test('a type that nobody wrote down is refused', async () => {
  const { azure } = await makeWorld();
  await expect(azure.put('azure-native:web:WebApp', {})).rejects.toThrow(
    "azure-native:web:WebApp: is no type of resource that the laptop's Azure knows. " +
      'Nothing about it would be checked. Add it to local/azure/cloud, from the source.',
  );
  await expect(azure.put('constructor', {})).rejects.toThrow('constructor: is no type of resource');
});

describe('a secret', () => {
  test('never answers its value', async () => {
    const { putSecret } = await makeWorld();
    expect(JSON.stringify(await putSecret('the value'))).not.toContain('the value');
  });
});

describe('what is not there is not referred to', () => {
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
    const { azure } = await makeWorld();
    await expect(azure.put(type, inputs)).rejects.toThrow(
      `${type}: refers to what is not there, got ${missing}. Azure refuses it. Make that first, and refer to it by its id.`,
    );
  });
});

describe('removing', () => {
  test('a vault removes what is in it and what is about it', async () => {
    const { azure, ids, assign } = await makeWorld();
    const assignment = await assign('role', ids.vault);
    await azure.remove(ids.vault);
    for (const id of [ids.vault, ids.secret, assignment]) expect(await azure.get(id)).toBeUndefined();
    expect(await azure.get(ids.registry)).toMatchObject({
      outputs: { name: ids.registry.split('/').at(-1) },
    });
  });

  test('a group removes everything in it, and nothing of another one whose name begins like it', async () => {
    const { azure, ids } = await makeWorld();
    const { id } = await azure.put('azure-native:resources:ResourceGroup', { resourceGroupName: 'group2' });
    await azure.remove(ids.vault.replace(/\/providers.*/, ''));
    for (const gone of Object.values(ids)) expect(await azure.get(gone)).toBeUndefined();
    expect(await azure.get(id)).toMatchObject({ inputs: { resourceGroupName: 'group2' } });
  });
});
