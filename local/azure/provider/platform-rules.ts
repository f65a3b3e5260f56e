import { isDeepStrictEqual } from 'node:util';
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

/** Owner, User Access Administrator, Role Based Access Control Administrator: learn.microsoft.com/azure/role-based-access-control/built-in-roles, read 2026-11-29. */
const GIVES_RIGHTS =
  /\/(?:8e3af657-a8ff-443c-a75c-2fe8c4bcb635|18d7d88d-d35e-4fb5-a5c3-7773c20a72d9|f58310d9-a9f6-439a-9e8d-f62e7b41a168)$/;

/** About the principal's type: microsoft/GitHub-Copilot-for-Azure#1701, read 2026-11-22. */
export const roleAssignmentProblems: Rule = (assignment) => {
  const role = at(assignment, 'roleDefinitionId');
  const givesRights = typeof role === 'string' && GIVES_RIGHTS.test(role);
  return [
    ...problemIf(
      'principalType',
      at(assignment, 'principalType'),
      (principalType) => principalType !== 'ServicePrincipal',
      {
        wrong: 'does not say ServicePrincipal',
        why: 'Azure would look the new identity up in the directory, where it appears minutes later (PrincipalNotFound)',
        fix: 'Give ServicePrincipal, which is what a managed identity is',
      },
    ),
    ...problemIf(
      'condition',
      at(assignment, 'condition'),
      (condition) => condition === undefined && givesRights,
      {
        wrong: 'is missing for a role that gives rights',
        why: 'Whoever has it could make themselves owner of everything in its scope',
        fix: 'Name the roles that may be given, as infra-azure/bootstrap/delegation-condition.ts does',
      },
    ),
  ];
};

export const storageAccountProblems: Rule = (account) => [
  ...problemIf('allowSharedKeyAccess', at(account, 'allowSharedKeyAccess'), (value) => value !== false, {
    wrong: 'leaves the keys of the account in use',
    why: 'Whoever has one reads and writes everything, and no role could take that back',
    fix: 'Set it to false; identities come in by roles',
  }),
  ...problemIf('allowBlobPublicAccess', at(account, 'allowBlobPublicAccess'), (value) => value !== false, {
    wrong: 'lets containers be made public',
    why: 'One setting of a container would show it to everybody',
    fix: 'Set it to false',
  }),
  ...problemIf(
    'accountName',
    at(account, 'accountName'),
    (name) => typeof name === 'string' && !/^[a-z\d]{3,24}$/.test(name),
    {
      wrong: 'is no name of a storage account',
      why: 'Azure refuses it: 3 to 24 lower-case letters and digits, and one for all of Azure',
      fix: 'Give another name',
    },
  ),
];

/** Tokens of GitHub have this audience because azure/login asks for it. */
export const federatedCredentialProblems: Rule = (credential) =>
  problemIf(
    'audiences',
    at(credential, 'audiences'),
    (audiences) => !isDeepStrictEqual(audiences, ['api://AzureADTokenExchange']),
    {
      wrong: 'are not the one of token exchange',
      why: 'No token would ever be accepted, and the job says AADSTS700212 only',
      fix: 'Give api://AzureADTokenExchange alone',
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
