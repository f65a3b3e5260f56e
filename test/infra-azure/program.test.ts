import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import * as z from 'zod';
import type { ConfigSource } from '../../infra-azure/config-source';
import { recordingsBackend } from '../../infra-azure/program';
import { destructiveSteps } from '../../ops/deploy/pulumi/judge-preview';
import { runWithMocks, TENANT, type MockedRun, type Registered } from './mocks';
import { configured, handedOver, handedOverWithReader, OFF, ON, SECRETS, writeHandOver } from './samples';

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-program-'));
writeHandOver(folder, { 'TavusRecordings-dev': handedOver('dev') });
afterAll(() => rmSync(folder, { recursive: true }));

const deployed = (source: ConfigSource): Promise<MockedRun> =>
  runWithMocks(() => recordingsBackend(source, 'dev', folder));

const tree = ({ resources }: MockedRun): string[] =>
  resources.map(({ type, name, parent }) => `${type} ${name} <- ${parent ?? 'nothing'}`);

const ofType = ({ resources }: MockedRun, type: string): Registered[] =>
  resources.filter((resource) => resource.type === type);

const CONTAINER_APP = z.object({
  template: z.object({
    terminationGracePeriodSeconds: z.number(),
    containers: z.array(
      z.object({
        env: z.array(
          z.object({ name: z.string(), value: z.string().optional(), secretRef: z.string().optional() }),
        ),
      }),
    ),
  }),
  configuration: z.object({
    identitySettings: z.array(z.object({ identity: z.string(), lifecycle: z.string() })),
    secrets: z.array(z.object({ name: z.string(), keyVaultUrl: z.string(), identity: z.string() })),
  }),
});

const containerApp = (run: MockedRun): z.infer<typeof CONTAINER_APP> =>
  CONTAINER_APP.parse(ofType(run, 'azure-native:app:ContainerApp')[0]?.inputs);

/** The names at the end of the mocks' ids. */
const nameOf = (id: string): string => id.split('/').at(-1) ?? '';

/** The injected list as `NAME=value` and `NAME -> secret`. */
const injected = (run: MockedRun): string[] =>
  (containerApp(run).template.containers[0]?.env ?? []).map(({ name, value, secretRef }) =>
    secretRef === undefined ? `${name}=${value}` : `${name} -> ${secretRef}`,
  );

describe('without an image', () => {
  test('the platform is created, and it needs no secret', async () => {
    const run = await deployed(configured({}));
    expect(tree(run)).toMatchSnapshot();
    expect(JSON.stringify(run.resources)).not.toContain('$secret');
  });

  test('an existing resource group is not managed, so it cannot be deleted', async () => {
    const run = await deployed(configured({ resourceGroupName: 'theirs' }));
    expect(ofType(run, 'azure-native:resources:ResourceGroup')).toEqual([]);
    expect(ofType(run, 'azure-native:keyvault:Vault')[0]?.inputs).toMatchObject({
      resourceGroupName: 'theirs',
    });
  });
});

describe('with an image', () => {
  test('the backend is created too, below its component', async () => {
    const run = await deployed(configured(OFF));
    expect(tree(run).filter((line) => !line.endsWith('<- platform'))).toMatchSnapshot();
  });

  test('recording off injects no AWS value and reads no hand-over', async () => {
    rmSync(path.join(folder, 'cdk-outputs.json'));
    try {
      expect(injected(await deployed(configured(OFF)))).toMatchSnapshot();
    } finally {
      writeHandOver(folder, { 'TavusRecordings-dev': handedOver('dev') });
    }
  });

  test('recording on adds only the three values of the hand-over', async () => {
    const off = injected(await deployed(configured(OFF)));
    const on = injected(await deployed(configured(ON)));
    expect(off.filter((line) => !on.includes(line))).toEqual(['TAVUS_ENABLE_RECORDING=false']);
    expect(on.filter((line) => !off.includes(line))).toEqual([
      'TAVUS_AWS_ASSUME_ROLE_ARN=arn:aws:iam::111122223333:role/planted-role',
      'TAVUS_ENABLE_RECORDING=true',
      'TAVUS_RECORDING_S3_BUCKET_NAME=acme-recordings',
      'TAVUS_RECORDING_S3_BUCKET_REGION=us-east-1',
    ]);
  });

  test('only the vault secrets hold secrets', async () => {
    const { resources } = await deployed(configured(ON));
    const bearing = resources.filter(({ inputs }) => JSON.stringify(inputs).includes('$secret'));
    expect(bearing.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'azure-native:keyvault:Secret backend-callback-secrets',
      'azure-native:keyvault:Secret backend-start-api-key',
      'azure-native:keyvault:Secret backend-tavus-api-key',
    ]);
    const open = JSON.stringify(resources, (key: string, value: unknown) =>
      key === '$secret' ? null : value,
    );
    expect(Object.values(SECRETS).filter((secret) => open.includes(secret))).toEqual([]);
  });

  test('no output is a secret', async () => {
    const { outputs } = await deployed(configured(ON));
    expect(await pulumi.isSecret(pulumi.output<object>(Object(outputs)))).toBe(false);
  });

  test('a start under way is finished before the platform ends the process', async () => {
    const { template } = containerApp(await deployed(configured(OFF)));
    expect(template.terminationGracePeriodSeconds).toBe(60);
  });

  test('the app waits for its rights and its secrets', async () => {
    const [app] = ofType(await deployed(configured(OFF)), 'azure-native:app:ContainerApp');
    expect(app?.dependencies).toEqual(
      expect.arrayContaining([
        'platform-pulls-images',
        'platform-reads-secrets',
        'backend-tavus-api-key',
        'backend-callback-secrets',
        'backend-start-api-key',
      ]),
    );
  });

  test('the code in the container cannot get a token of the identity that reads secrets', async () => {
    const { configuration } = containerApp(await deployed(configured(OFF)));
    const settings = configuration.identitySettings.map(({ identity, lifecycle }) => [
      nameOf(identity),
      lifecycle,
    ]);
    expect(settings).toEqual([
      ['platform-pull', 'None'],
      ['platform-app', 'Main'],
    ]);
  });

  test('secrets are referenced without a version, so that a rotation takes effect', async () => {
    const { configuration } = containerApp(await deployed(configured(OFF)));
    expect(
      configuration.secrets.map(({ identity, ...rest }) => ({ ...rest, identity: nameOf(identity) })),
    ).toEqual(
      ['tavus-api-key', 'callback-secrets', 'start-api-key'].map((name) => ({
        name,
        keyVaultUrl: `https://platform-vault.vault.azure.net/secrets/${name}`,
        identity: 'platform-pull',
      })),
    );
  });

  test('publicBaseUrl replaces the address that Azure assigns', async () => {
    const run = await deployed(configured({ ...OFF, publicBaseUrl: 'https://talk.example.com' }));
    expect(injected(run)).toContain('PUBLIC_BASE_URL=https://talk.example.com');
  });
});

describe('reading the bucket', () => {
  const AUDIENCE = 'api://11111111-2222-4333-8444-555555555555';
  const ofStack = (outputs: object) => writeHandOver(folder, { 'TavusRecordings-dev': outputs });
  let warned: jest.SpyInstance;
  beforeEach(() => (warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined)));
  afterEach(() => {
    warned.mockRestore();
    ofStack(handedOver('dev'));
  });
  const withReader = async (values: object): Promise<string[]> => {
    ofStack(handedOverWithReader('dev'));
    return injected(await deployed(configured({ ...ON, ...values })));
  };
  const without = async (values: object): Promise<string[]> =>
    injected(await deployed(configured({ ...ON, ...values })));

  test('with role and audience the backend uses its identity', async () => {
    expect(await withReader({ awsWebIdentityAudience: AUDIENCE })).toMatchSnapshot();
    expect(warned).not.toHaveBeenCalled();
  });

  test('with only the role it does not, and a warning says so', async () => {
    expect((await withReader({})).join()).not.toContain('RECORDINGS_ACCESS');
    expect(warned.mock.calls.join()).toContain(
      'awsWebIdentityAudience: missing although the hand-over names a role',
    );
  });

  test('with only the audience it does not, and a warning says so', async () => {
    expect((await without({ awsWebIdentityAudience: AUDIENCE })).join()).not.toContain('RECORDINGS_ACCESS');
    expect(warned.mock.calls.join()).toContain(
      'RecordingsReaderRoleArn: missing although awsWebIdentityAudience is set',
    );
  });

  test('without both there is no warning: that is a valid choice', async () => {
    expect((await without({})).join()).not.toContain('RECORDINGS_ACCESS');
    expect(warned).not.toHaveBeenCalled();
  });

  test('the outputs name the identity', async () => {
    const { outputs } = await deployed(configured({}));
    const { tenantId, appPrincipalId }: Record<string, unknown> = Object(outputs);
    const values = pulumi.all([tenantId, appPrincipalId]);
    const known = await new Promise((resolve) => values.apply(resolve));
    expect(known).toEqual([TENANT, 'principal of platform-app']);
  });
});

test('the operator key, if set, is a secret like the others', async () => {
  const operatorKey = 'planted-operator-key-0123456789';
  const run = await deployed(configured({ ...OFF, operatorKey }));
  expect(injected(run)).toEqual(
    expect.arrayContaining(['OPERATOR_KEY -> operator-key', 'OPERATOR_KEY_VERSION=v1']),
  );
  const bearing = run.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(operatorKey));
  expect(bearing.map(({ name }) => name)).toEqual(['backend-operator-key']);
});

describe('alerts', () => {
  test.each([
    ['without an e-mail address there is no notification, and a warning says so', undefined, 0],
    ['with one it is told of each', 'operations@example.com', 1],
  ])('%s', async (_, alertEmail, groups) => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const run = await deployed(configured({ ...OFF, alertEmail }));
    expect(warned.mock.calls.join('\n').includes('alertEmail: missing')).toBe(groups === 0);
    warned.mockRestore();
    const told = ofType(run, 'azure-native:monitor:MetricAlert').map(
      ({ inputs }) => z.array(z.unknown()).parse(inputs['actions']).length,
    );
    expect(told).toEqual([groups, groups, groups]);
    expect(ofType(run, 'azure-native:monitor:ActionGroup')).toHaveLength(groups);
    const toldOfLogs = ofType(run, 'azure-native:monitor:ScheduledQueryRule').map(
      ({ inputs }) =>
        z
          .object({ actionGroups: z.array(z.string()) })
          .optional()
          .parse(inputs['actions'])?.actionGroups.length,
    );
    expect([...new Set(toldOfLogs)]).toEqual([groups === 0 ? undefined : 1]);
  });

  test.each([
    [
      'a missing recording',
      'recordings-missing',
      [
        'Recording missing',
        'Recording not announced',
        'Recording incomplete',
        'Recording gone',
        'Recording not wanted',
        'Recording back after its erasure',
        'Recording outage',
      ],
      { operator: 'GreaterThan', threshold: 0 },
    ],
    [
      'one that came late',
      'recordings-late',
      ['Recording arrived late', 'No recording was due'],
      { threshold: 0 },
    ],
    ['an erasure that can be finished', 'erasures-due', ['Erasure can be finished'], { threshold: 0 }],
    ['a bucket that cannot be read', 'bucket-unreadable', ['Bucket cannot be read'], { threshold: 0 }],
    ['a foreign object', 'foreign-objects', ['Foreign object', 'Foreign objects'], { threshold: 0 }],
    ['a watch that is silent', 'watch-silent', ['Watch alive'], { operator: 'LessThan', threshold: 1 }],
  ])('an alert reports %s, by the log lines of this app', async (_, name, texts, when) => {
    const run = await deployed(configured(OFF));
    const alert = ofType(run, 'azure-native:monitor:ScheduledQueryRule').find(
      (one) => one.name === `backend-${name}`,
    );
    const quoted = texts.map((text) => `"${text}"`).join(', ');
    expect(alert?.inputs).toMatchObject({
      windowSize: 'PT15M',
      criteria: {
        allOf: [
          {
            query: `ContainerAppConsoleLogs\n| where ContainerAppName == "tavus-backend"\n| where tostring(parse_json(Log).msg) in (${quoted})`,
            ...when,
          },
        ],
      },
    });
  });

  test('the alert about the daily cap queries the line that Azure writes at the cap', async () => {
    const run = await deployed(configured(OFF));
    const cap = ofType(run, 'azure-native:monitor:ScheduledQueryRule').find(
      ({ name }) => name === 'backend-log-cap',
    );
    expect(cap?.inputs).toMatchObject({
      severity: 1,
      criteria: {
        allOf: [
          {
            // learn.microsoft.com/azure/azure-monitor/logs/daily-cap, restated.
            query: '_LogOperation\n| where Category =~ "Ingestion"\n| where Detail contains "OverQuota"',
            timeAggregation: 'Count',
            operator: 'GreaterThan',
            threshold: 0,
          },
        ],
      },
    });
  });
});

describe('the logs', () => {
  test.each([
    ['cost no more than a gigabyte a day', undefined, 1],
    ['or than configured', '5', 5],
  ])('%s', async (_, logDailyCapGb, dailyQuotaGb) => {
    const run = await deployed(configured({ logDailyCapGb }));
    expect(ofType(run, 'azure-native:operationalinsights:Workspace')[0]?.inputs).toMatchObject({
      workspaceCapping: { dailyQuotaGb },
    });
  });
});

describe('signing in', () => {
  const CLIENT = '11111111-2222-4333-8444-555555555555';

  test('callbacks and health probes need no sign-in', async () => {
    const run = await deployed(
      configured({ ...OFF, easyAuth: 'true', easyAuthClientId: '11111111-2222-4333-8444-555555555555' }),
    );
    expect(injected(run)).toContain('EASY_AUTH=true');
    expect(ofType(run, 'azure-native:app:ContainerAppsAuthConfig')[0]?.inputs).toMatchObject({
      authConfigName: 'current',
      globalValidation: {
        excludedPaths: ['/healthz', '/readyz', '/tavus/callback', '/tavus/callback/*'],
        unauthenticatedClientAction: 'RedirectToLoginPage',
      },
    });
  });

  test.each([
    ['whom the app registration admits', '', undefined],
    [
      'those who are named',
      `${CLIENT.replace('5', '6')}, ${CLIENT}`,
      {
        defaultAuthorizationPolicy: { allowedPrincipals: { identities: [CLIENT, CLIENT.replace('5', '6')] } },
      },
    ],
  ])('is for %s', async (_case, easyAuthIdentities, validation) => {
    const run = await deployed(
      configured({ ...OFF, easyAuth: 'true', easyAuthClientId: CLIENT, easyAuthIdentities }),
    );
    const [auth] = ofType(run, 'azure-native:app:ContainerAppsAuthConfig');
    const providers = z.object({
      identityProviders: z.object({ azureActiveDirectory: z.object({ validation: z.unknown().optional() }) }),
    });
    expect(providers.parse(auth?.inputs).identityProviders.azureActiveDirectory.validation).toEqual(
      validation,
    );
  });
});

describe('the ledger', () => {
  const accountOf = (run: MockedRun) => ofType(run, 'azure-native:storage:StorageAccount')[0]?.inputs;

  test('has no key, is not public, and is stored in three datacentres', async () => {
    expect(accountOf(await deployed(configured({})))).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      isLocalUserEnabled: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
      sku: { name: 'Standard_ZRS' },
    });
  });

  test("is written only by the app's identity", async () => {
    const rights = ofType(await deployed(configured({})), 'azure-native:authorization:RoleAssignment');
    const holders = rights
      .filter(({ inputs }) =>
        String(inputs['roleDefinitionId']).endsWith('0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'),
      )
      .map(({ inputs }) => [inputs['principalId'], inputs['scope']]);
    expect(holders).toEqual([['principal of platform-app', expect.stringContaining('ledgeraccount')]]);
  });

  test('allows more than one replica', async () => {
    const scaleOf = async (values: object) =>
      ofType(await deployed(configured({ ...OFF, ...values })), 'azure-native:app:ContainerApp')[0]?.inputs[
        'template'
      ];
    expect(await scaleOf({})).toMatchObject({ scale: { minReplicas: 1, maxReplicas: 1 } });
    expect(await scaleOf({ maxReplicas: '3' })).toMatchObject({ scale: { minReplicas: 1, maxReplicas: 3 } });
  });
});

describe('the redirect address of the sign-in', () => {
  const SIGNED_IN = {
    ...OFF,
    easyAuth: 'true',
    easyAuthClientId: '11111111-2222-4333-8444-555555555555',
  };
  const FRONT_DOOR = {
    frontDoorId: '22222222-2222-4333-8444-555555555555',
    publicBaseUrl: 'https://talk.example.com',
  };

  test.each([
    ["is the app's own", {}, undefined],
    ['is the one that Front Door was called by', FRONT_DOOR, { convention: 'Standard' }],
    [
      "is the app's own behind Front Door when that is said",
      { ...FRONT_DOOR, forwardProxy: 'NoProxy' },
      undefined,
    ],
    ['is the one that another proxy was called by', { forwardProxy: 'Standard' }, { convention: 'Standard' }],
    [
      'is the one that Application Gateway names in its own header',
      { forwardProxy: 'X-Original-Host' },
      { convention: 'Custom', customHostHeaderName: 'X-Original-Host' },
    ],
  ])('%s', async (_, values, forwardProxy) => {
    const [auth] = ofType(
      await deployed(configured({ ...SIGNED_IN, ...values })),
      'azure-native:app:ContainerAppsAuthConfig',
    );
    expect(auth?.inputs['httpSettings']).toEqual({
      requireHttps: true,
      ...(forwardProxy && { forwardProxy }),
    });
  });
});

describe('tags of an organisation', () => {
  const TAGS = { tags: 'CostCentre=4711,Environment=Production' };
  const WITH_TAGS = { application: 'tavus-recordings', CostCentre: '4711', Environment: 'Production' };
  // Parts of other resources have no tags in Azure.
  const WITHOUT = new Set(['RoleAssignment', 'DiagnosticSetting', 'ContainerAppsAuthConfig', 'Table']);

  test('are on every resource that can have tags, and replace ours of the same name', async () => {
    const { resources } = await deployed(
      configured({
        ...ON,
        ...TAGS,
        easyAuth: 'true',
        easyAuthClientId: '11111111-2222-4333-8444-555555555555',
      }),
    );
    const native = resources.filter(({ type }) => type.startsWith('azure-native:'));
    const untagged = native.filter(({ inputs }) => inputs['tags'] === undefined);
    expect(new Set(untagged.map(({ type }) => type.split(':').at(-1)))).toEqual(WITHOUT);
    const tagged = native.filter(({ inputs }) => inputs['tags'] !== undefined);
    expect(tagged.map(({ inputs }) => inputs['tags'])).toEqual(tagged.map(() => WITH_TAGS));
    expect(tagged.length).toBeGreaterThan(15);
  });

  test('are ours without any', async () => {
    const [vault] = ofType(await deployed(configured({})), 'azure-native:keyvault:Vault');
    expect(vault?.inputs['tags']).toEqual({ application: 'tavus-recordings', environment: 'dev' });
  });
});

describe('resources with data', () => {
  const ALL = { ...ON, easyAuth: 'true', easyAuthClientId: '11111111-2222-4333-8444-555555555555' };
  const protectedOnes = ({ resources }: MockedRun): string[] =>
    resources.filter(({ protect }) => protect).map(({ name }) => name);

  test('are protected by default', async () => {
    expect(protectedOnes(await deployed(configured(ALL)))).toEqual([
      'backend',
      'platform-environment',
      'platformregistry',
      'backend-callback-secrets',
      'backend-start-api-key',
      'backend-tavus-api-key',
      'platform-vault',
      'platform-app',
      'platform-pull',
      'platform-logs',
      'platform-group',
      'ledgeraccount',
      'ledger-table',
    ]);
    expect(protectedOnes(await deployed(configured({ ...ALL, protectData: 'false' })))).toEqual([]);
  });

  test('are exactly those that CI refuses to delete', async () => {
    const { resources } = await deployed(configured(ALL));
    const isKept = ({ type, name }: Registered): boolean =>
      destructiveSteps([{ op: 'delete', type, name, because: [] }]).length > 0;
    expect(resources.filter((resource) => isKept(resource) !== resource.protect)).toEqual([]);
  });
});

test('a first preview, without values from Azure, declares the same resources', async () => {
  const program = () => recordingsBackend(configured(ON), 'dev', folder);
  const preview = await runWithMocks(program, true);
  expect(tree(preview)).toEqual(tree(await deployed(configured(ON))));
  const [app] = ofType(preview, 'azure-native:app:ContainerApp');
  // Both contain addresses and versions; a partial one would be deployed.
  expect(app?.inputs).toMatchObject({
    managedEnvironmentId: { $unknown: true },
    configuration: { $unknown: true },
    template: { $unknown: true },
  });
});
