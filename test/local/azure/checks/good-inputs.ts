import type { PlainObject } from '../../../../local/azure/wire';

const SUBSCRIPTION = '/subscriptions/00000000-1111-2222-3333-444444444444';
const GROUP = `${SUBSCRIPTION}/resourceGroups/tavus-laptop`;
const IDENTITIES = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`;
const PULL = `${IDENTITIES}/tavus-laptop-pull`;
const CODE = `${IDENTITIES}/tavus-laptop-app`;
const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/tavus-laptop-logs`;
const ENVIRONMENT = `${GROUP}/providers/Microsoft.App/managedEnvironments/tavus-laptop`;
const APP = `${GROUP}/providers/Microsoft.App/containerApps/tavus-laptop`;
const ACTION_GROUP = `${GROUP}/providers/Microsoft.Insights/actionGroups/tavus-laptop`;
const VAULT_URI = 'https://tavus-laptop-kv.vault.azure.net/';
const REGISTRY = 'tavuslaptop.azurecr.io';

const there = { resourceGroupName: 'tavus-laptop', location: 'westeurope', tags: { environment: 'laptop' } };

const probe = (type: string, path: string, periodSeconds: number, failureThreshold: number): PlainObject => ({
  type,
  httpGet: { path, port: 8080, scheme: 'HTTP' },
  periodSeconds,
  timeoutSeconds: 2,
  failureThreshold,
});

const secretFromVault = (name: string): PlainObject => ({
  name,
  keyVaultUrl: `${VAULT_URI}secrets/${name}`,
  identity: PULL,
});

const containerApp: PlainObject = {
  ...there,
  containerAppName: 'tavus-laptop',
  environmentId: ENVIRONMENT,
  workloadProfileName: 'Consumption',
  identity: { type: 'UserAssigned', userAssignedIdentities: [CODE, PULL] },
  configuration: {
    activeRevisionsMode: 'Single',
    maxInactiveRevisions: 5,
    identitySettings: [
      { identity: CODE, lifecycle: 'Main' },
      { identity: PULL, lifecycle: 'None' },
    ],
    registries: [{ server: REGISTRY, identity: PULL }],
    secrets: [secretFromVault('callback-secrets'), secretFromVault('tavus-api-key')],
    ingress: {
      external: true,
      allowInsecure: false,
      targetPort: 8080,
      transport: 'auto',
      traffic: [{ latestRevision: true, weight: 100 }],
    },
  },
  template: {
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: 'backend',
        image: `${REGISTRY}/tavus-recordings@sha256:${'0a'.repeat(32)}`,
        resources: { cpu: 0.5, memory: '1Gi' },
        env: [
          { name: 'CALLBACK_SECRETS', secretRef: 'callback-secrets' },
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'TAVUS_API_KEY', secretRef: 'tavus-api-key' },
          { name: 'TAVUS_API_KEY_VERSION', value: '0123456789abcdef0123456789abcdef' },
        ],
        probes: [
          probe('Liveness', '/healthz', 10, 3),
          probe('Readiness', '/readyz', 5, 3),
          probe('Startup', '/healthz', 2, 30),
        ],
      },
    ],
    scale: { minReplicas: 1, maxReplicas: 1 },
  },
};

/** Inputs of one resource of each type, as a careful program sends them: nothing may object to any of them. */
export const GOOD_INPUTS: Readonly<Record<string, PlainObject>> = {
  'azure-native:resources:ResourceGroup': there,
  'azure-native:operationalinsights:Workspace': {
    ...there,
    workspaceName: 'tavus-laptop-logs',
    sku: { name: 'PerGB2018' },
    retentionInDays: 30,
    workspaceCapping: { dailyQuotaGb: 0.5 },
    features: { disableLocalAuth: true },
  },
  'azure-native:app:ManagedEnvironment': {
    ...there,
    environmentName: 'tavus-laptop',
    appLogsConfiguration: { destination: 'azure-monitor' },
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
    zoneRedundant: false,
  },
  'azure-native:app:ContainerApp': containerApp,
  'azure-native:app:ContainerAppsAuthConfig': {
    resourceGroupName: there.resourceGroupName,
    containerAppName: 'tavus-laptop',
    authConfigName: 'current',
    platform: { enabled: true },
    globalValidation: {
      unauthenticatedClientAction: 'Return401',
      excludedPaths: ['/healthz', '/readyz', '/tavus/callback/*'],
    },
    identityProviders: {
      azureActiveDirectory: {
        enabled: true,
        registration: {
          clientId: '55555555-6666-7777-8888-999999999999',
          openIdIssuer: 'https://login.microsoftonline.com/99999999-8888-7777-6666-555555555555/v2.0',
        },
      },
    },
  },
  'azure-native:containerregistry:Registry': {
    ...there,
    registryName: 'tavuslaptop',
    sku: { name: 'Basic' },
    adminUserEnabled: false,
  },
  'azure-native:managedidentity:UserAssignedIdentity': { ...there, resourceName: 'tavus-laptop-pull' },
  'azure-native:authorization:RoleAssignment': {
    principalId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    principalType: 'ServicePrincipal',
    roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d`,
    scope: `${GROUP}/providers/Microsoft.ContainerRegistry/registries/tavuslaptop`,
  },
  'azure-native:keyvault:Vault': {
    ...there,
    vaultName: 'tavus-laptop-kv',
    properties: {
      tenantId: '99999999-8888-7777-6666-555555555555',
      sku: { family: 'A', name: 'standard' },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 90,
    },
  },
  'azure-native:keyvault:Secret': {
    resourceGroupName: there.resourceGroupName,
    vaultName: 'tavus-laptop-kv',
    secretName: 'tavus-api-key',
    properties: { value: 'not-a-real-key', contentType: 'text/plain', attributes: { enabled: true } },
    tags: { expires: 'never' },
  },
  'azure-native:monitor:DiagnosticSetting': {
    name: 'logs',
    resourceUri: ENVIRONMENT,
    workspaceId: WORKSPACE,
    logAnalyticsDestinationType: 'Dedicated',
    logs: [
      { category: 'ContainerAppConsoleLogs', enabled: true },
      { category: 'ContainerAppSystemLogs', enabled: true },
    ],
  },
  'azure-native:monitor:ActionGroup': {
    ...there,
    location: 'global',
    actionGroupName: 'tavus-laptop',
    groupShortName: 'tavus',
    enabled: true,
    emailReceivers: [{ name: 'operator', emailAddress: 'operator@example.org', useCommonAlertSchema: true }],
  },
  'azure-native:monitor:MetricAlert': {
    ...there,
    location: 'global',
    ruleName: 'tavus-laptop-5xx',
    enabled: true,
    severity: 2,
    scopes: [APP],
    evaluationFrequency: 'PT1M',
    windowSize: 'PT5M',
    criteria: {
      odataType: 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria',
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion',
          name: 'server-errors',
          metricNamespace: 'Microsoft.App/containerApps',
          metricName: 'Requests',
          dimensions: [{ name: 'statusCodeCategory', operator: 'Include', values: ['5xx'] }],
          operator: 'GreaterThan',
          threshold: 0.5,
          timeAggregation: 'Total',
        },
      ],
    },
    actions: [{ actionGroupId: ACTION_GROUP }],
  },
  'azure-native:monitor:ScheduledQueryRule': {
    ...there,
    ruleName: 'tavus-laptop-unwell',
    displayName: 'Backend is unwell',
    kind: 'LogAlert',
    enabled: true,
    severity: 2,
    scopes: [WORKSPACE],
    evaluationFrequency: 'PT5M',
    windowSize: 'PT15M',
    skipQueryValidation: true,
    criteria: {
      allOf: [
        {
          query: 'ContainerAppSystemLogs | where Reason in ("ProbeFailed", "ContainerTerminated", "BackOff")',
          timeAggregation: 'Count',
          operator: 'GreaterThan',
          threshold: 0,
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
        },
      ],
    },
    actions: { actionGroups: [ACTION_GROUP] },
  },
};
