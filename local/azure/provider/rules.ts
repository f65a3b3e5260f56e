import type { PlainObject } from '../wire';
import { authConfigProblems, containerAppProblems } from './app-rules';
import {
  federatedCredentialProblems,
  managedEnvironmentProblems,
  registryProblems,
  roleAssignmentProblems,
  scheduledQueryRuleProblems,
  storageAccountProblems,
  vaultProblems,
} from './platform-rules';
import type { Problem, Rule } from './problem';

/** Rules by azure-native type, for expensive faults that neither the types nor Azure's schemas show. */
const RULES: Readonly<Record<string, Rule>> = {
  'azure-native:app:ContainerApp': containerAppProblems,
  'azure-native:app:ContainerAppsAuthConfig': authConfigProblems,
  'azure-native:app:ManagedEnvironment': managedEnvironmentProblems,
  'azure-native:authorization:RoleAssignment': roleAssignmentProblems,
  'azure-native:containerregistry:Registry': registryProblems,
  'azure-native:keyvault:Vault': vaultProblems,
  'azure-native:managedidentity:FederatedIdentityCredential': federatedCredentialProblems,
  'azure-native:monitor:ScheduledQueryRule': scheduledQueryRuleProblems,
  'azure-native:storage:StorageAccount': storageAccountProblems,
};

/** Problems in a resource's inputs. A type without rules has none. */
export const problemsOf = (type: string, inputs: PlainObject): readonly Problem[] =>
  Object.hasOwn(RULES, type) ? (RULES[type]?.(inputs) ?? []) : [];
