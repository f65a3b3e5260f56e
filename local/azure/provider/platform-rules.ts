import { at, problemIf, shownLength, type Rule } from './problem';

/** The Key Vault. Without a word about it the provider turns rights by role off, so silence is a mistake here. */
export const vaultProblems: Rule = (vault) => [
  ...problemIf(
    'properties.enableRbacAuthorization',
    at(vault, 'properties', 'enableRbacAuthorization'),
    (value) => value !== true,
    {
      wrong: 'leaves rights to access policies',
      why: 'Role assignments would have no effect, and the app could not read its secrets',
      fix: 'Set it to true',
    },
  ),
  ...problemIf(
    'properties.enablePurgeProtection',
    at(vault, 'properties', 'enablePurgeProtection'),
    (value) => value === false,
    {
      wrong: 'switches purge protection off',
      why: 'Azure refuses false; and a deleted vault could be purged for good',
      fix: 'Set it to true, or leave it out where a vault must be removable at once',
    },
  ),
];

export const registryProblems: Rule = (registry) => [
  ...problemIf('adminUserEnabled', at(registry, 'adminUserEnabled'), (value) => value === true, {
    wrong: 'makes a user with a password',
    why: 'Whoever has the password can push an image that then runs with our roles',
    fix: 'Set it to false; identities pull with AcrPull',
  }),
  ...problemIf('anonymousPullEnabled', at(registry, 'anonymousPullEnabled'), (value) => value === true, {
    wrong: 'lets everybody pull',
    why: 'The image would be public',
    fix: 'Set it to false',
  }),
];

/** microsoft/GitHub-Copilot-for-Azure#1701, read 2026-11-22. */
export const roleAssignmentProblems: Rule = (assignment) =>
  problemIf(
    'principalType',
    at(assignment, 'principalType'),
    (principalType) => principalType !== 'ServicePrincipal',
    {
      wrong: 'does not say ServicePrincipal',
      why: 'Azure would look the new identity up in the directory, where it appears minutes later (PrincipalNotFound)',
      fix: 'Give ServicePrincipal, which is what a managed identity is',
    },
  );

/** Azure/bicep-registry-modules#5129, read 2026-11-22. */
export const managedEnvironmentProblems: Rule = (environment) => {
  const sharedKey = at(environment, 'appLogsConfiguration', 'logAnalyticsConfiguration', 'sharedKey');
  return problemIf(
    'appLogsConfiguration.logAnalyticsConfiguration.sharedKey',
    sharedKey,
    (key) => key !== undefined,
    {
      wrong: "hands over the workspace's key",
      got: shownLength(sharedKey),
      why: 'It would be kept in the state, and with it anybody can write logs',
      fix: 'Use the destination azure-monitor with a diagnostic setting, which needs no key',
    },
  );
};

export const scheduledQueryRuleProblems: Rule = (rule) =>
  problemIf('skipQueryValidation', at(rule, 'skipQueryValidation'), (value) => value !== true, {
    wrong: 'lets Azure try the query',
    why: 'In a new workspace the table is not there before the first log line, and the deployment fails',
    fix: 'Set it to true',
  });
