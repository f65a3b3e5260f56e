import type { PlainObject } from '../../wire';
import { placeOf } from '../place';
import { problem, type Problem } from '../problem';
import { actionGroupProblems } from './action-group';
import { authConfigProblems } from './auth-config';
import { containerAppProblems } from './container-app';
import { diagnosticSettingProblems } from './diagnostic-setting';
import { managedEnvironmentProblems } from './managed-environment';
import { metricAlertProblems } from './metric-alert';
import { registryProblems } from './registry';
import { roleAssignmentProblems } from './role-assignment';
import { locationProblems, type Rule } from './rule';
import { scheduledQueryRuleProblems } from './scheduled-query-rule';
import { vaultProblems } from './vault';
import { vaultSecretProblems } from './vault-secret';
import { workspaceProblems } from './workspace';

/** The rules that no published schema states, by azure-native type without a version. */
const RULES: Readonly<Record<string, Rule>> = {
  'azure-native:resources:ResourceGroup': locationProblems,
  'azure-native:operationalinsights:Workspace': workspaceProblems,
  'azure-native:app:ManagedEnvironment': managedEnvironmentProblems,
  'azure-native:app:ContainerApp': containerAppProblems,
  'azure-native:app:ContainerAppsAuthConfig': authConfigProblems,
  'azure-native:containerregistry:Registry': registryProblems,
  'azure-native:managedidentity:UserAssignedIdentity': locationProblems,
  'azure-native:authorization:RoleAssignment': roleAssignmentProblems,
  'azure-native:keyvault:Vault': vaultProblems,
  'azure-native:keyvault:Secret': vaultSecretProblems,
  'azure-native:monitor:DiagnosticSetting': diagnosticSettingProblems,
  'azure-native:monitor:ActionGroup': actionGroupProblems,
  'azure-native:monitor:MetricAlert': metricAlertProblems,
  'azure-native:monitor:ScheduledQueryRule': scheduledQueryRuleProblems,
};

/** What the hand rules find in a resource's inputs; for a type that they don't know, exactly that. */
export function ruleProblems(type: string, inputs: PlainObject): Problem[] {
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  if (rule !== undefined) return rule(placeOf(inputs));
  return [
    problem(placeOf(type), {
      wrong: 'unknown type',
      why: 'Nobody checks its inputs here, so nothing would be known of it before a real deployment',
      fix: 'Use another type, or write rules for this one',
    }),
  ];
}
