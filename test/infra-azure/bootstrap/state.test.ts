import {
  accountName,
  deploymentGroupName,
  ciIdentityGroupName,
  vaultName,
} from '../../../infra-azure/bootstrap/names';
import { SUBSCRIPTION, type MockedRun } from '../mocks';
import { deployed, inputsOf, ofType } from './samples';

let run: MockedRun;
beforeAll(async () => {
  run = await deployed();
});

describe('the state', () => {
  test('is in an account without shared keys, local users and public blobs, and with TLS 1.2', () => {
    expect(inputsOf(run, 'storage:StorageAccount')).toMatchObject({
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      isLocalUserEnabled: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
      kind: 'StorageV2',
      sku: { name: 'Standard_ZRS' },
    });
    expect(inputsOf(run, 'storage:BlobContainer')).toMatchObject({ publicAccess: 'None' });
  });

  test('can be restored for 90 days after an overwrite or deletion', () => {
    expect(inputsOf(run, 'storage:BlobServiceProperties')).toMatchObject({
      blobServicesName: 'default',
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days: 90 },
      containerDeleteRetentionPolicy: { enabled: true, days: 90 },
    });
  });

  test('deletes old versions after a time, and never the current one', () => {
    expect(inputsOf(run, 'storage:ManagementPolicy')['policy']).toEqual({
      rules: [
        {
          enabled: true,
          name: 'delete-old-versions',
          type: 'Lifecycle',
          definition: {
            filters: { blobTypes: ['blockBlob'] },
            actions: { version: { delete: { daysAfterCreationGreaterThan: 90 } } },
          },
        },
      ],
    });
  });

  test('is versioned before its container exists', () => {
    const [container] = ofType(run, 'storage:BlobContainer');
    expect(container?.dependencies).toContain('state-service');
  });
});

describe('the key of the state', () => {
  test('is in a vault with RBAC and purge protection', () => {
    expect(inputsOf(run, 'keyvault:Vault')['properties']).toMatchObject({
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enablePurgeProtection: true,
    });
  });

  test('is RSA, and can encrypt and decrypt only', () => {
    expect(inputsOf(run, 'keyvault:Key')['properties']).toEqual({
      kty: 'RSA',
      keySize: 3072,
      keyOps: ['decrypt', 'encrypt'],
    });
  });
});

describe('state and key', () => {
  const protectedOnes = ({ resources }: MockedRun): string[] =>
    resources
      .filter(({ protect }) => protect)
      .map(({ name }) => name)
      .toSorted();

  test('are protected, and so are both groups, account and vault', async () => {
    expect(protectedOnes(run)).toEqual([
      'deployment',
      'key',
      'key-vault',
      'state-account',
      'state-container',
      'trust',
    ]);
    expect(protectedOnes(await deployed({ protectData: 'false' }))).toEqual([]);
  });

  test('contain no secret, and outputs neither', () => {
    expect(JSON.stringify(run.resources)).not.toContain('$secret');
  });
});

test('all resources that can have tags have those of the organisation', async () => {
  const { resources } = await deployed({ tags: 'Environment=Production' });
  const tagged = resources.filter(({ inputs }) => inputs['tags'] !== undefined);
  expect(tagged.map(({ name, inputs }) => [name, inputs['tags']])).toEqual(
    ['key', 'key-vault', 'check', 'deploy', 'deployment', 'trust', 'state-account'].map((name) => [
      name,
      { application: 'tavus-recordings', Environment: 'Production' },
    ]),
  );
});

describe('names', () => {
  const OTHER = '00000000-0000-4000-8000-00000000000f';

  test('are stable, and differ for another environment or subscription', () => {
    expect(accountName('prod')(SUBSCRIPTION)).toBe(accountName('prod')(SUBSCRIPTION));
    for (const name of [accountName, vaultName]) {
      const names = [name('prod')(SUBSCRIPTION), name('dev')(SUBSCRIPTION), name('prod')(OTHER)];
      expect(new Set(names).size).toBe(3);
    }
  });

  test("follow Azure's rules for globally unique names", () => {
    const longest = 'a'.repeat(30);
    for (const environment of ['p', longest]) {
      expect(accountName(environment)(SUBSCRIPTION)).toMatch(/^[a-z0-9]{3,24}$/);
      expect(vaultName(environment)(SUBSCRIPTION)).toMatch(/^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/);
    }
  });

  test('of the two groups are never equal', () => {
    const environments = ['prod', 'trust', 'prod-trust', 'trust-prod'];
    const deployment = new Set(environments.map(deploymentGroupName));
    expect(environments.map(ciIdentityGroupName).filter((name) => deployment.has(name))).toEqual([]);
  });
});
