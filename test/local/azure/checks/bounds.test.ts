import { ruleProblems } from '../../../../local/azure/checks/rules/rule-table';
import type { Plain, PlainObject } from '../../../../local/azure/wire';
import { changed, select } from './changes';
import { GOOD_INPUTS } from './good-inputs';

const said = (type: string, at: string, to: Plain): string[] => {
  const good: PlainObject = GOOD_INPUTS[type] ?? {};
  return ruleProblems(type, changed(good, select(good, at), to)).map(({ property }) => property);
};

const APP = 'azure-native:app:ContainerApp';
const PROBES = 'template.containers[0].probes';

test.each<[string, string, Plain, Plain]>([
  [APP, 'containerAppName', 'ab', 'a'],
  [APP, 'containerAppName', 'a'.repeat(32), 'a'.repeat(33)],
  [APP, 'containerAppName', 'a-b', 'ab-'],
  [APP, 'configuration.ingress.targetPort', 1, 0],
  [APP, 'configuration.ingress.targetPort', 65_535, 65_536],
  [APP, 'template.scale.maxReplicas', 1000, 1001],
  [APP, 'template.scale.minReplicas', 0, -1],
  [APP, 'template.scale.minReplicas', 1, 2],
  [APP, `${PROBES}[?type=Liveness].failureThreshold`, 30, 31],
  [APP, `${PROBES}[?type=Startup].failureThreshold`, 240, 241],
  [APP, `${PROBES}[0].periodSeconds`, 240, 241],
  [APP, `${PROBES}[0].initialDelaySeconds`, 60, 61],
  [APP, `${PROBES}[0].timeoutSeconds`, 1, 0],
  [APP, `${PROBES}[?type=Readiness].successThreshold`, 10, 11],
  [APP, `${PROBES}[?type=Liveness].successThreshold`, 1, 2],
  [APP, `${PROBES}[?type=Startup].successThreshold`, 1, 2],
  [APP, 'template.containers[0].image', `a/b@sha256:${'f'.repeat(64)}`, `a/b@sha256:${'f'.repeat(63)}`],
  ['azure-native:keyvault:Vault', 'properties.softDeleteRetentionInDays', 7, 6],
  ['azure-native:keyvault:Vault', 'properties.softDeleteRetentionInDays', 90, 91],
  ['azure-native:keyvault:Secret', 'secretName', 'a'.repeat(127), 'a'.repeat(128)],
  ['azure-native:operationalinsights:Workspace', 'retentionInDays', 30, 29],
  ['azure-native:operationalinsights:Workspace', 'retentionInDays', 730, 731],
  ['azure-native:monitor:ActionGroup', 'groupShortName', 'a'.repeat(12), 'a'.repeat(13)],
  ['azure-native:monitor:MetricAlert', 'severity', 0, -1],
  ['azure-native:monitor:MetricAlert', 'severity', 4, 5],
  ['azure-native:monitor:MetricAlert', 'evaluationFrequency', 'PT5M', 'PT15M'],
  ['azure-native:monitor:ScheduledQueryRule', 'windowSize', 'P1D', 'P0D'],
  ['azure-native:monitor:ScheduledQueryRule', 'windowSize', 'PT5M', 'PT4M'],
  ['azure-native:monitor:ScheduledQueryRule', 'windowSize', 'PT1H30M', 'PT90S'],
])('%s: %s may be %j and no longer %j', (type, at, last, beyond) => {
  expect(said(type, at, last)).toEqual([]);
  expect(said(type, at, beyond)).toHaveLength(1);
});

test('ids of identities mean the same in any case', () => {
  const good = GOOD_INPUTS[APP] ?? {};
  const id = select(good, 'configuration.registries[0].identity');
  const pull =
    '/SUBSCRIPTIONS/00000000-1111-2222-3333-444444444444/resourcegroups/TAVUS-laptop/providers/microsoft.managedidentity/userassignedidentities/tavus-laptop-pull';
  expect(ruleProblems(APP, changed(good, id, pull))).toEqual([]);
});

test("the app's own identity is there only if its type says so", () => {
  const at = 'configuration.identitySettings[?lifecycle=Main].identity';
  expect(said(APP, at, 'system')).toEqual(['configuration.identitySettings[0].identity']);
  const good = GOOD_INPUTS[APP] ?? {};
  const both = changed(good, select(good, 'identity.type'), 'SystemAssigned,UserAssigned');
  expect(ruleProblems(APP, changed(both, select(both, at), 'system'))).toEqual([]);
});

test.each<[string, Plain]>([
  ['azure-native:authorization:RoleAssignment', '/subscriptions/0/resourceGroups/tavus'],
  [
    'azure-native:authorization:RoleAssignment',
    '/subscriptions/0/resourceGroups/tavus/providers/Microsoft.KeyVault/vaults/kv',
  ],
  ['azure-native:authorization:RoleAssignment', '/subscriptions/0'],
])('AcrPull is given on one registry only: %s on %s', (type, scope) => {
  expect(said(type, 'scope', scope)).toEqual(['scope']);
});

test.each([
  '/subscriptions/0/resourceGroups/tavus/providers/Microsoft.KeyVault/vaults/kv',
  '/subscriptions/0/resourceGroups/tavus/providers/Microsoft.KeyVault/vaults/kv/secrets/tavus-api-key',
])('reading secrets is given on a vault or a secret: %s', (scope) => {
  const role =
    '/subscriptions/0/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6';
  const good = GOOD_INPUTS['azure-native:authorization:RoleAssignment'] ?? {};
  const type = 'azure-native:authorization:RoleAssignment';
  expect(ruleProblems(type, { ...good, roleDefinitionId: role, scope })).toEqual([]);
  expect(ruleProblems(type, { ...good, roleDefinitionId: role })).toHaveLength(1);
});
