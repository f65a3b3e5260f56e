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

/** A careful app, with changes of its container, configuration and template. */
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

test.each(Object.entries(GOOD))('nothing is said against a careful %s', (type, inputs) => {
  expect(problemsOf(`azure-native:${type}`, inputs)).toEqual([]);
});

test('nothing is said of what only a deployment knows', () => {
  const unknown = app({ image: UNKNOWN, env: UNKNOWN, probes: UNKNOWN, resources: UNKNOWN });
  expect(problemsOf('azure-native:app:ContainerApp', unknown)).toEqual([]);
  expect(problemsOf('azure-native:keyvault:Vault', { properties: UNKNOWN })).toEqual([]);
  const probes: PlainObject[] = [{ type: UNKNOWN }];
  expect(problemsOf('azure-native:app:ContainerApp', app({ probes }))).toEqual([]);
});

const env = (...entries: PlainObject[]): PlainObject => app({ env: entries });

// Each is found, with this text and no other.
const BAD: readonly (readonly [string, string, PlainObject, string])[] = [
  [
    'an empty variable',
    'app:ContainerApp',
    env({ name: 'A', value: '' }),
    'template.containers[0].env[0].value: is empty, got an empty text. Azure drops empty values, so every later preview ' +
      'shows a change that is none. Leave the whole entry out.',
  ],
  [
    'a variable twice',
    'app:ContainerApp',
    env({ name: 'A', value: '1' }, { name: 'A', value: '2' }),
    'template.containers[0].env[1].name: repeats template.containers[0].env[0].name, got "A". Only one of the values ' +
      'reaches the container, and each preview shows a change. Give each its own.',
  ],
  [
    'a reference to no secret, which may be a key',
    'app:ContainerApp',
    env({ name: 'A', secretRef: 'tvsk_planted' }),
    'template.containers[0].env[0].secretRef: names no secret of the app, got a text of 12 characters. Azure refuses the ' +
      'app, or the container starts without the variable. Name one of configuration.secrets.',
  ],
  [
    'an image by tag',
    'app:ContainerApp',
    app({ image: 'registry.azurecr.io/backend:latest' }),
    'template.containers[0].image: is not pinned by its digest, got "registry.azurecr.io/backend:latest". Under a tag ' +
      'another image can run tomorrow, and a rollback would not go back. Give <registry>/<repository>@sha256:<64 hex digits>.',
  ],
  [
    'probes in another order',
    'app:ContainerApp',
    app({ probes: ['Startup', 'Liveness'].map(probe) }),
    'template.containers[0].probes: are not each at most once, in the order Liveness, Readiness, Startup, got Startup, ' +
      'Liveness. Azure refuses a second one of a type, and shows another order as a change in each preview. Give them in this order.',
  ],
  [
    'a probe twice',
    'app:ContainerApp',
    app({ probes: ['Liveness', 'Liveness'].map(probe) }),
    'template.containers[0].probes: are not each at most once, in the order Liveness, Readiness, Startup, got Liveness, ' +
      'Liveness. Azure refuses a second one of a type, and shows another order as a change in each preview. Give them in this order.',
  ],
  [
    'a size that there is not',
    'app:ContainerApp',
    app({ resources: { cpu: 0.5, memory: '2Gi' } }),
    'template.containers[0].resources: is no size that Azure has, got cpu 0.5 with memory "2Gi". Azure refuses the app: ' +
      'Consumption has steps of a quarter core up to 4, each with twice as many Gi of memory. Give a pair such as cpu 0.5 and memory 1Gi.',
  ],
  [
    'old revisions that go on',
    'app:ContainerApp',
    app({}, { activeRevisionsMode: 'Multiple' }),
    'configuration.activeRevisionsMode: keeps old revisions running, got "Multiple". Two revisions each keep their own ' +
      'counters, and a secret that an old one names can not be removed. Set it to Single.',
  ],
  [
    'plain http',
    'app:ContainerApp',
    app({}, { ingress: { allowInsecure: true } }),
    'configuration.ingress.allowInsecure: lets plain http in, got true. Keys and tokens of callers would travel readable. ' +
      'Set it to false, so that http is redirected to https.',
  ],
  [
    'one version of a secret',
    'app:ContainerApp',
    app({}, { secrets: [{ name: 'tavus-api-key', keyVaultUrl: 'https://v.vault.azure.net/secrets/k/1a' }] }),
    'configuration.secrets[0].keyVaultUrl: names one version of the secret, got "https://v.vault.azure.net/secrets/k/1a". A ' +
      'rotated key would never reach the app. Leave the version out: <vaultUri>secrets/<name>.',
  ],
  [
    'a suffix of revisions',
    'app:ContainerApp',
    app({}, {}, { revisionSuffix: 'v1' }),
    'template.revisionSuffix: is set, got "v1". It must be new for as long as the app lives; a repeated one fails, or ' +
      'silently deploys nothing. Leave it out, Azure makes one.',
  ],
  [
    'more replicas at least than at most',
    'app:ContainerApp',
    app({}, {}, { scale: { minReplicas: 2, maxReplicas: 1 } }),
    'template.scale.minReplicas: is more than maxReplicas (1), got 2. Azure refuses the app. Lower minReplicas or raise maxReplicas.',
  ],
  [
    'a sign-in of another name',
    'app:ContainerAppsAuthConfig',
    { authConfigName: 'entra' },
    'authConfigName: is not the name of an authentication that Azure looks at, got "entra". It would be stored and never ' +
      'applied: the app would be open. Give current.',
  ],
  [
    "the workspace's key",
    'app:ManagedEnvironment',
    { appLogsConfiguration: { logAnalyticsConfiguration: { sharedKey: 'planted' } } },
    "appLogsConfiguration.logAnalyticsConfiguration.sharedKey: hands over the workspace's key, got a text of 7 characters. " +
      'It would be kept in the state, and with it anybody can write logs. Use the destination azure-monitor with a diagnostic ' +
      'setting, which needs no key.',
  ],
  [
    'a right without the kind of principal',
    'authorization:RoleAssignment',
    {},
    'principalType: does not say ServicePrincipal, got nothing. Azure would look the new identity up in the directory, ' +
      'where it appears minutes later (PrincipalNotFound). Give ServicePrincipal, which is what a managed identity is.',
  ],
  [
    'a right to give rights, all of them',
    'authorization:RoleAssignment',
    {
      principalType: 'ServicePrincipal',
      roleDefinitionId: '/subscriptions/s/providers/x/roleDefinitions/f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    },
    'condition: is missing for a role that gives rights, got nothing. Whoever has it could make themselves owner of ' +
      'everything in its scope. Name the roles that may be given, as infra-azure/bootstrap/delegation-condition.ts does.',
  ],
  [
    'a storage account that its keys open',
    'storage:StorageAccount',
    { ...ACCOUNT, allowSharedKeyAccess: true },
    'allowSharedKeyAccess: leaves the keys of the account in use, got true. Whoever has one reads and writes everything, ' +
      'and no role could take that back. Set it to false; identities come in by roles.',
  ],
  [
    'a storage account whose blobs can be public',
    'storage:StorageAccount',
    { ...ACCOUNT, allowBlobPublicAccess: undefined },
    'allowBlobPublicAccess: lets containers be made public, got nothing. One setting of a container would show it to ' +
      'everybody. Set it to false.',
  ],
  [
    'a name that no storage account can have',
    'storage:StorageAccount',
    { ...ACCOUNT, accountName: 'tavus-state' },
    'accountName: is no name of a storage account, got "tavus-state". Azure refuses it: 3 to 24 lower-case letters and ' +
      'digits, and one for all of Azure. Give another name.',
  ],
  [
    'tokens that were issued for something else',
    'managedidentity:FederatedIdentityCredential',
    { audiences: ['https://github.com/acme'] },
    'audiences: are not the one of token exchange, got a list of 1. No token would ever be accepted, and the job says ' +
      'AADSTS700212 only. Give api://AzureADTokenExchange alone.',
  ],
  [
    'a registry with a password',
    'containerregistry:Registry',
    { adminUserEnabled: true },
    'adminUserEnabled: makes a user with a password, got true. Whoever has the password can push an image that then runs ' +
      'with our roles. Set it to false; identities pull with AcrPull.',
  ],
  [
    'a public registry',
    'containerregistry:Registry',
    { anonymousPullEnabled: true },
    'anonymousPullEnabled: lets everybody pull, got true. The image would be public. Set it to false.',
  ],
  [
    'a vault without rights by role',
    'keyvault:Vault',
    { properties: {} },
    'properties.enableRbacAuthorization: leaves rights to access policies, got nothing. Role assignments would have no ' +
      'effect, and the app could not read its secrets. Set it to true.',
  ],
  [
    'a vault that can be purged',
    'keyvault:Vault',
    { properties: { enableRbacAuthorization: true, enablePurgeProtection: false } },
    'properties.enablePurgeProtection: switches purge protection off, got false. Azure refuses false; and a deleted vault ' +
      'could be purged for good. Set it to true, or leave it out where a vault must be removable at once.',
  ],
  [
    'a query that Azure tries',
    'monitor:ScheduledQueryRule',
    {},
    'skipQueryValidation: lets Azure try the query, got nothing. In a new workspace the table is not there before the first ' +
      'log line, and the deployment fails. Set it to true.',
  ],
];

test.each(BAD)('%s (%s) is refused', (_what, type, inputs, text) => {
  const found = problemsOf(`azure-native:${type}`, inputs).map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
  expect(found).toEqual([text]);
});
