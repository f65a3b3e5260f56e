import { problemsOf } from '../../../../local/azure/provider/rules';
import { UNKNOWN, type PlainObject } from '../../../../local/azure/wire';

const DIGEST = `registry.azurecr.io/backend@sha256:${'0a'.repeat(32)}`;
const probe = (type: string): PlainObject => ({ type, httpGet: { path: '/healthz', port: 8080 } });

const CONTAINER: PlainObject = {
  name: 'backend',
  image: DIGEST,
  env: [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'TAVUS_API_KEY', secretRef: 'tavus-api-key' },
    { name: 'VERSION', value: UNKNOWN },
  ],
  probes: ['Liveness', 'Readiness', 'Startup'].map(probe),
  resources: { cpu: 0.5, memory: '1Gi' },
};

/** A correct app, with changes of its container, configuration and template. */
const app = (container: PlainObject = {}, configuration: PlainObject = {}, template: PlainObject = {}) => ({
  configuration: {
    activeRevisionsMode: 'Single',
    ingress: { allowInsecure: false },
    secrets: [{ name: 'tavus-api-key', keyVaultUrl: 'https://v.vault.azure.net/secrets/tavus-api-key' }],
    ...configuration,
  },
  template: {
    containers: [{ ...CONTAINER, ...container }],
    scale: { minReplicas: 1, maxReplicas: 1 },
    ...template,
  },
});

const ACCOUNT = { accountName: 'tavusstate01', allowSharedKeyAccess: false, allowBlobPublicAccess: false };

const GOOD: Readonly<Record<string, PlainObject>> = {
  'app:ContainerApp': app(),
  'app:ContainerAppsAuthConfig': { authConfigName: 'current' },
  'app:ManagedEnvironment': { appLogsConfiguration: { destination: 'azure-monitor' } },
  'authorization:RoleAssignment': { principalType: 'ServicePrincipal' },
  'containerregistry:Registry': { adminUserEnabled: false },
  'keyvault:Vault': { properties: { enableRbacAuthorization: true, enablePurgeProtection: true } },
  'managedidentity:FederatedIdentityCredential': { audiences: ['api://AzureADTokenExchange'] },
  'monitor:ScheduledQueryRule': { skipQueryValidation: true },
  'storage:StorageAccount': ACCOUNT,
  'monitor:MetricAlert': {},
};

test.each(Object.entries(GOOD))('a correct %s has no problem', (type, inputs) => {
  expect(problemsOf(`azure-native:${type}`, inputs)).toEqual([]);
});

test('an unknown value has no problem', () => {
  const unknown = app({ image: UNKNOWN, env: UNKNOWN, probes: UNKNOWN, resources: UNKNOWN });
  expect(problemsOf('azure-native:app:ContainerApp', unknown)).toEqual([]);
  expect(problemsOf('azure-native:keyvault:Vault', { properties: UNKNOWN })).toEqual([]);
  const probes: PlainObject[] = [{ type: UNKNOWN }];
  expect(problemsOf('azure-native:app:ContainerApp', app({ probes }))).toEqual([]);
});

const env = (...entries: PlainObject[]): PlainObject => app({ env: entries });

// Each has exactly this problem.
const BAD: readonly (readonly [string, string, PlainObject, string])[] = [
  [
    'an empty variable',
    'app:ContainerApp',
    env({ name: 'A', value: '' }),
    'template.containers[0].env[0].value: is empty, got an empty text. Azure drops empty values, so every ' +
      'later preview shows a change. Remove the entry.',
  ],
  [
    'a repeated variable',
    'app:ContainerApp',
    env({ name: 'A', value: '1' }, { name: 'A', value: '2' }),
    'template.containers[0].env[1].name: repeats template.containers[0].env[0].name, got "A". Only one of the ' +
      'values reaches the container, and every preview shows a change. Rename one.',
  ],
  [
    'a reference to an unknown secret, which may be a key',
    'app:ContainerApp',
    env({ name: 'A', secretRef: 'tvsk_planted' }),
    'template.containers[0].env[0].secretRef: names an unknown secret, got a text of 12 characters. Azure ' +
      'refuses the app, or the container starts without the variable. Name one of configuration.secrets.',
  ],
  [
    'an image with a tag',
    'app:ContainerApp',
    app({ image: 'registry.azurecr.io/backend:latest' }),
    'template.containers[0].image: is not pinned by its digest, got "registry.azurecr.io/backend:latest". The ' +
      'tag can point to another image later, so a rollback could start the wrong one. Give ' +
      '<registry>/<repository>@sha256:<64 hex digits>.',
  ],
  [
    'health probes in another order',
    'app:ContainerApp',
    app({ probes: ['Startup', 'Liveness'].map(probe) }),
    'template.containers[0].probes: must be in the order Liveness, Readiness, Startup, each at most once, got ' +
      'Startup, Liveness. Azure refuses a second probe of a type, and every preview shows another order as a ' +
      'change. Put them in this order.',
  ],
  [
    'a repeated health probe',
    'app:ContainerApp',
    app({ probes: ['Liveness', 'Liveness'].map(probe) }),
    'template.containers[0].probes: must be in the order Liveness, Readiness, Startup, each at most once, got ' +
      'Liveness, Liveness. Azure refuses a second probe of a type, and every preview shows another order as a ' +
      'change. Put them in this order.',
  ],
  [
    'an unknown size',
    'app:ContainerApp',
    app({ resources: { cpu: 0.5, memory: '2Gi' } }),
    'template.containers[0].resources: is not a size that Azure offers, got cpu 0.5 with memory "2Gi". Azure ' +
      'refuses the app: Consumption offers steps of a quarter core up to 4, each with twice as many Gi of ' +
      'memory. Give a pair such as cpu 0.5 and memory 1Gi.',
  ],
  [
    'several active revisions',
    'app:ContainerApp',
    app({}, { activeRevisionsMode: 'Multiple' }),
    'configuration.activeRevisionsMode: keeps old revisions running, got "Multiple". Each revision has its ' +
      'own counters, and a secret that an old one uses cannot be removed. Set it to Single.',
  ],
  [
    'plain HTTP',
    'app:ContainerApp',
    app({}, { ingress: { allowInsecure: true } }),
    'configuration.ingress.allowInsecure: allows plain HTTP, got true. Keys and tokens of callers would be ' +
      'sent without encryption. Set it to false, so that Azure redirects to HTTPS.',
  ],
  [
    'a version of a secret',
    'app:ContainerApp',
    app({}, { secrets: [{ name: 'tavus-api-key', keyVaultUrl: 'https://v.vault.azure.net/secrets/k/1a' }] }),
    'configuration.secrets[0].keyVaultUrl: names one version of the secret, got ' +
      '"https://v.vault.azure.net/secrets/k/1a". A rotated key would never reach the app. Remove the version: ' +
      '<vaultUri>secrets/<name>.',
  ],
  [
    'a revision suffix',
    'app:ContainerApp',
    app({}, {}, { revisionSuffix: 'v1' }),
    'template.revisionSuffix: is set, got "v1". Each deployment needs a new suffix; with a repeated one it ' +
      'fails, or silently deploys nothing. Remove it, so that Azure generates one.',
  ],
  [
    'more minimum than maximum replicas',
    'app:ContainerApp',
    app({}, {}, { scale: { minReplicas: 2, maxReplicas: 1 } }),
    'template.scale.minReplicas: is more than maxReplicas (1), got 2. Azure refuses the app. Lower ' +
      'minReplicas or raise maxReplicas.',
  ],
  [
    'another name of the auth config',
    'app:ContainerAppsAuthConfig',
    { authConfigName: 'entra' },
    'authConfigName: must be current, got "entra". Azure would store the configuration without applying it, ' +
      'and the app would be open. Set it to current.',
  ],
  [
    "the workspace's key",
    'app:ManagedEnvironment',
    { appLogsConfiguration: { logAnalyticsConfiguration: { sharedKey: 'planted' } } },
    "appLogsConfiguration.logAnalyticsConfiguration.sharedKey: contains the workspace's key, got a text of 7 " +
      'characters. The state would contain the key, and anyone with it can write logs. Use the destination ' +
      'azure-monitor with a diagnostic setting, which needs no key.',
  ],
  [
    'a role assignment without a principal type',
    'authorization:RoleAssignment',
    {},
    'principalType: must be ServicePrincipal, got nothing. Otherwise Azure looks up the identity in Entra, ' +
      'where a new one appears only after minutes (PrincipalNotFound). Set it to ServicePrincipal, the type of ' +
      'managed identities.',
  ],
  [
    'an unlimited right to assign roles',
    'authorization:RoleAssignment',
    {
      principalType: 'ServicePrincipal',
      roleDefinitionId: '/subscriptions/s/providers/x/roleDefinitions/f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    },
    'condition: is missing for a role that assigns roles, got nothing. The principal could make itself owner ' +
      'of everything in the scope. Limit the roles that it may assign, as ' +
      'infra-azure/bootstrap/delegation-condition.ts does.',
  ],
  [
    'a storage account with account keys',
    'storage:StorageAccount',
    { ...ACCOUNT, allowSharedKeyAccess: true },
    'allowSharedKeyAccess: allows access with account keys, got true. A key gives access to everything in the ' +
      'account, whatever the roles say. Set it to false; identities get access by roles.',
  ],
  [
    'a storage account that allows public containers',
    'storage:StorageAccount',
    { ...ACCOUNT, allowBlobPublicAccess: undefined },
    'allowBlobPublicAccess: allows public containers, got nothing. One wrong setting would publish a ' +
      'container. Set it to false.',
  ],
  [
    'a wrong name of a storage account',
    'storage:StorageAccount',
    { ...ACCOUNT, accountName: 'tavus-state' },
    'accountName: is not a name for a storage account, got "tavus-state". Azure refuses it: it needs 3 to 24 ' +
      'lower-case letters and digits, and must be unique in Azure. Choose another name.',
  ],
  [
    'tokens with another audience',
    'managedidentity:FederatedIdentityCredential',
    { audiences: ['https://github.com/acme'] },
    'audiences: must contain only the audience of token exchange, got a list of 1. Entra would accept no ' +
      'token, and the job would fail with AADSTS700212. Set it to api://AzureADTokenExchange alone.',
  ],
  [
    'a registry with a password',
    'containerregistry:Registry',
    { adminUserEnabled: true },
    'adminUserEnabled: creates a user with a password, got true. With this password anyone can push an image ' +
      'that then runs with our roles. Set it to false; identities pull with AcrPull.',
  ],
  [
    'a public registry',
    'containerregistry:Registry',
    { anonymousPullEnabled: true },
    'anonymousPullEnabled: allows anonymous pulls, got true. The image would be public. Set it to false.',
  ],
  [
    'a vault without role-based access',
    'keyvault:Vault',
    { properties: {} },
    'properties.enableRbacAuthorization: must be true, got nothing. The vault would use access policies: role ' +
      'assignments would have no effect, and the app could not read its secrets. Set it to true.',
  ],
  [
    'a vault without purge protection',
    'keyvault:Vault',
    { properties: { enableRbacAuthorization: true, enablePurgeProtection: false } },
    'properties.enablePurgeProtection: must not be false, got false. Azure refuses false, and a deleted vault ' +
      'could be purged. Set it to true, or remove it if the vault must be purgeable.',
  ],
  [
    'a query that Azure validates',
    'monitor:ScheduledQueryRule',
    {},
    'skipQueryValidation: must be true, got nothing. Azure would try the query, and in a new workspace the ' +
      'table does not exist before the first log line. Set it to true.',
  ],
];

test.each(BAD)('%s (%s) is refused', (_what, type, inputs, text) => {
  const found = problemsOf(`azure-native:${type}`, inputs).map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
  expect(found).toEqual([text]);
});
