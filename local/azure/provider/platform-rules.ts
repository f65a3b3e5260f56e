import { isDeepStrictEqual } from 'node:util';
import { at, problemIf, formatLength, type Rule } from './problem';

/** Rules for the Key Vault. azure-native turns role-based access off by default, so it must be set. */
export const vaultProblems: Rule = (vault) => [
  ...problemIf(
    'properties.enableRbacAuthorization',
    at(vault, 'properties', 'enableRbacAuthorization'),
    (value) => value !== true,
    {
      wrong: 'must be true',
      why: 'The vault would use access policies: role assignments would have no effect, and the app could not read its secrets',
      fix: 'Set it to true',
    },
  ),
  ...problemIf(
    'properties.enablePurgeProtection',
    at(vault, 'properties', 'enablePurgeProtection'),
    (value) => value === false,
    {
      wrong: 'must not be false',
      why: 'Azure refuses false, and a deleted vault could be purged',
      fix: 'Set it to true, or remove it if the vault must be purgeable',
    },
  ),
];

export const registryProblems: Rule = (registry) => [
  ...problemIf('adminUserEnabled', at(registry, 'adminUserEnabled'), (value) => value === true, {
    wrong: 'creates a user with a password',
    why: 'With this password anyone can push an image that then runs with our roles',
    fix: 'Set it to false; identities pull with AcrPull',
  }),
  ...problemIf('anonymousPullEnabled', at(registry, 'anonymousPullEnabled'), (value) => value === true, {
    wrong: 'allows anonymous pulls',
    why: 'The image would be public',
    fix: 'Set it to false',
  }),
];

/** Owner, User Access Administrator, Role Based Access Control Administrator: learn.microsoft.com/azure/role-based-access-control/built-in-roles, read 2026-11-29. */
const ROLES_THAT_ASSIGN =
  /\/(?:8e3af657-a8ff-443c-a75c-2fe8c4bcb635|18d7d88d-d35e-4fb5-a5c3-7773c20a72d9|f58310d9-a9f6-439a-9e8d-f62e7b41a168)$/;

/** For the principal's type see microsoft/GitHub-Copilot-for-Azure#1701, read 2026-11-22. */
export const roleAssignmentProblems: Rule = (assignment) => {
  const role = at(assignment, 'roleDefinitionId');
  const canAssign = typeof role === 'string' && ROLES_THAT_ASSIGN.test(role);
  return [
    ...problemIf(
      'principalType',
      at(assignment, 'principalType'),
      (principalType) => principalType !== 'ServicePrincipal',
      {
        wrong: 'must be ServicePrincipal',
        why: 'Otherwise Azure looks up the identity in Entra, where a new one appears only after minutes (PrincipalNotFound)',
        fix: 'Set it to ServicePrincipal, the type of managed identities',
      },
    ),
    ...problemIf(
      'condition',
      at(assignment, 'condition'),
      (condition) => condition === undefined && canAssign,
      {
        wrong: 'is missing for a role that assigns roles',
        why: 'The principal could make itself owner of everything in the scope',
        fix: 'Limit the roles that it may assign, as infra-azure/bootstrap/delegation-condition.ts does',
      },
    ),
  ];
};

export const storageAccountProblems: Rule = (account) => [
  ...problemIf('allowSharedKeyAccess', at(account, 'allowSharedKeyAccess'), (value) => value !== false, {
    wrong: 'allows access with account keys',
    why: 'A key gives access to everything in the account, whatever the roles say',
    fix: 'Set it to false; identities get access by roles',
  }),
  ...problemIf('allowBlobPublicAccess', at(account, 'allowBlobPublicAccess'), (value) => value !== false, {
    wrong: 'allows public containers',
    why: 'One wrong setting would publish a container',
    fix: 'Set it to false',
  }),
  ...problemIf(
    'accountName',
    at(account, 'accountName'),
    (name) => typeof name === 'string' && !/^[a-z\d]{3,24}$/.test(name),
    {
      wrong: 'is not a name for a storage account',
      why: 'Azure refuses it: it needs 3 to 24 lower-case letters and digits, and must be unique in Azure',
      fix: 'Choose another name',
    },
  ),
];

/** azure/login asks GitHub for tokens with this audience. */
export const federatedCredentialProblems: Rule = (credential) =>
  problemIf(
    'audiences',
    at(credential, 'audiences'),
    (audiences) => !isDeepStrictEqual(audiences, ['api://AzureADTokenExchange']),
    {
      wrong: 'must contain only the audience of token exchange',
      why: 'Entra would accept no token, and the job would fail with AADSTS700212',
      fix: 'Set it to api://AzureADTokenExchange alone',
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
      wrong: "contains the workspace's key",
      got: formatLength(sharedKey),
      why: 'The state would contain the key, and anyone with it can write logs',
      fix: 'Use the destination azure-monitor with a diagnostic setting, which needs no key',
    },
  );
};

export const scheduledQueryRuleProblems: Rule = (rule) =>
  problemIf('skipQueryValidation', at(rule, 'skipQueryValidation'), (value) => value !== true, {
    wrong: 'must be true',
    why: 'Azure would try the query, and in a new workspace the table does not exist before the first log line',
    fix: 'Set it to true',
  });
