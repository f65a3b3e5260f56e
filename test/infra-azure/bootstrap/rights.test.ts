import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recordingsBackend } from '../../../infra-azure/program';
import { runWithMocks, SUBSCRIPTION, type MockedRun } from '../mocks';
import { configured, handedOver, ON, writeHandOver } from '../samples';
import { allows } from './condition';
import { deployed, nameOf, ofType } from './samples';

/** Built-in roles, restated from learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-25). */
const ROLES: Readonly<Record<string, string>> = {
  '7f951dda-4ed3-4680-a7ca-43fe172d538d': 'AcrPull',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  'b24988ac-6180-42a0-ab88-20f7382dd24c': 'Contributor',
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168': 'Role Based Access Control Administrator',
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': 'Reader',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 'Storage Blob Data Reader',
  '12338af0-0e69-4776-bea7-57ae8d297424': 'Key Vault Crypto User',
};
const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const [ACR_PULL, KEY_VAULT_SECRETS_USER, STORAGE_TABLE_DATA_CONTRIBUTOR] = [
  '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  '4633458b-17de-408a-b874-0445c86b69e6',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
] as const;

const assignments = (run: MockedRun) =>
  ofType(run, 'authorization:RoleAssignment').map(({ inputs }) => ({
    who: String(inputs['principalId']).replace('principal of ', ''),
    role: nameOf(inputs['roleDefinitionId']),
    on: nameOf(inputs['scope']),
    condition: inputs['condition'],
    inputs,
  }));

let run: MockedRun;
beforeAll(async () => {
  run = await deployed();
});

const rightsOf = (identity: string): string[] =>
  assignments(run)
    .filter(({ who }) => who === identity)
    .map(({ role, on }) => `${ROLES[role]} on ${on}`)
    .toSorted();

describe('rights', () => {
  test('of the deployer include only its group, the state and the key', () => {
    expect(rightsOf('deploy')).toEqual([
      'Contributor on deployment',
      'Key Vault Crypto User on key',
      'Role Based Access Control Administrator on deployment',
      'Storage Blob Data Contributor on state-container',
    ]);
  });

  test('of the checker are read-only', () => {
    expect(rightsOf('check')).toEqual([
      'Key Vault Crypto User on key',
      'Reader on deployment',
      'Storage Blob Data Reader on state-container',
    ]);
  });

  test('exist only for these two', () => {
    expect([...new Set(assignments(run).map(({ who }) => who))].toSorted()).toEqual(['check', 'deploy']);
  });

  test('are granted on single resources of the CI identity, never on its group, account or vault', () => {
    const scopes = new Set(assignments(run).map(({ on }) => on));
    expect([...scopes].toSorted()).toEqual(['deployment', 'key', 'state-container']);
  });

  test('have the role id of the subscription and the principal type', () => {
    for (const { inputs, role } of assignments(run)) {
      expect(inputs).toMatchObject({
        principalType: 'ServicePrincipal',
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      });
    }
  });

  test('cannot be widened by the deployer: its group has no resource of the CI identity', () => {
    const groups = run.resources
      .filter(({ type }) => type.startsWith('azure-native:') && !type.endsWith(':ResourceGroup'))
      .filter(({ inputs }) => inputs['scope'] === undefined)
      .map(({ inputs }) => inputs['resourceGroupName']);
    expect(groups.length).toBeGreaterThan(10);
    expect([...new Set(groups)]).toEqual(['tavus-trust-prod']);
  });
});

describe('the right to assign roles', () => {
  const conditionOf = (role: string): string[] =>
    assignments(run)
      .filter((one) => ROLES[one.role] === role)
      .map(({ condition }) => String(condition));

  test("has a condition in Azure's syntax and version", () => {
    expect(conditionOf('Role Based Access Control Administrator')).toEqual([
      "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR " +
        '(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ' +
        `{${ACR_PULL}, ${KEY_VAULT_SECRETS_USER}, ${STORAGE_TABLE_DATA_CONTRIBUTOR}} AND ` +
        '@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase ' +
        "{'ServicePrincipal'})) AND " +
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR " +
        '(@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ' +
        `{${ACR_PULL}, ${KEY_VAULT_SECRETS_USER}, ${STORAGE_TABLE_DATA_CONTRIBUTOR}} AND ` +
        '@Resource[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase ' +
        "{'ServicePrincipal'}))",
    ]);
    expect(assignments(run).filter(({ inputs }) => inputs['conditionVersion'] === '2.0')).toHaveLength(1);
  });

  test.each([
    ['give', 'write', ACR_PULL, 'ServicePrincipal', true],
    ['give', 'write', KEY_VAULT_SECRETS_USER, 'ServicePrincipal', true],
    ['give', 'write', STORAGE_TABLE_DATA_CONTRIBUTOR, 'ServicePrincipal', true],
    ['take away', 'delete', ACR_PULL, 'ServicePrincipal', true],
    ['give', 'write', OWNER, 'ServicePrincipal', false],
    ['give', 'write', 'f58310d9-a9f6-439a-9e8d-f62e7b41a168', 'ServicePrincipal', false],
    ['give', 'write', KEY_VAULT_SECRETS_USER, 'User', false],
    ['give', 'write', ACR_PULL, 'Group', false],
    ['take away', 'delete', OWNER, 'ServicePrincipal', false],
    ['take away', 'delete', ACR_PULL, 'User', false],
  ] as const)('to %s (%s) the role %s of a %s: %s', (_, action, role, principalType, expected) => {
    const [condition = ''] = conditionOf('Role Based Access Control Administrator');
    expect(allows(condition, { action, role, principalType })).toBe(expected);
  });

  test('covers exactly the roles that the main program assigns', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-rights-'));
    try {
      writeHandOver(folder, { 'TavusRecordings-dev': handedOver('dev') });
      const main = await runWithMocks(() => recordingsBackend(configured(ON), 'dev', folder));
      const assigned = [...new Set(assignments(main).map(({ role }) => role))].toSorted();
      const [condition = ''] = conditionOf('Role Based Access Control Administrator');
      const listed = [...condition.matchAll(/GuidEquals \{([^}]*)\}/g)].map(([, roles = '']) =>
        roles.split(', ').toSorted(),
      );
      expect(listed).toEqual([assigned, assigned]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
