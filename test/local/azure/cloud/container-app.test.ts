import { textOf } from '../../../../local/azure/cloud/addresses';
import {
  API_KEY,
  DIGEST,
  makeTestCloud,
  PULL,
  READ_SECRETS,
  WRITE_TABLES,
  type TestCloud,
} from './test-cloud';

const SECRETLESS = { name: 'LOG_LEVEL', value: 'info' };

/** A cloud in which the app's identity has the rights that it needs. */
async function readyTestCloud(): Promise<TestCloud> {
  const cloud = await makeTestCloud();
  await cloud.assign(PULL, cloud.ids.registry);
  await cloud.assign(READ_SECRETS, cloud.ids.secret);
  return cloud;
}

const domainOf = async ({ azure, ids }: TestCloud): Promise<string> =>
  textOf((await azure.get(ids.environment))?.outputs ?? {}, 'defaultDomain');

test('a revision has the pushed bundle, variables, secrets, health probes, port and grace period', async () => {
  const { putApp, revisions } = await readyTestCloud();
  await putApp();
  expect(revisions.revisions).toEqual([
    {
      name: expect.stringMatching(/^app--[0-9a-f]{7}$/),
      bundle: '/bundle',
      environment: { API_KEY, LOG_LEVEL: 'info' },
      secrets: [API_KEY],
      identities: [],
      replicas: 1,
      targetPort: 8080,
      probes: [
        {
          type: 'Startup',
          httpGet: { path: '/healthz', port: 8080 },
          periodSeconds: 2,
          failureThreshold: 30,
        },
      ],
      graceSeconds: 30,
    },
  ]);
});

describe('an identity', () => {
  test.each([
    ['for the code, with a right to tables, reaches them', 'Main', WRITE_TABLES, [true]],
    ['for the code, without that right, does not reach them', 'Main', READ_SECRETS, [false]],
    ['for the platform only is not available to the code', 'None', WRITE_TABLES, []],
  ] as const)('%s', async (_case, lifecycle, role, reaches) => {
    const cloud = await readyTestCloud();
    const account = await cloud.azure.put('azure-native:storage:StorageAccount', {
      resourceGroupName: 'group',
      accountName: 'account',
    });
    await cloud.assign(role, account.id);
    await cloud.putApp({ lifecycle });
    const identities = cloud.revisions.revisions[0]?.identities ?? [];
    expect(identities.map(({ reachesTables }) => reachesTables)).toEqual(reaches);
    expect(identities.map(({ principalId }) => principalId)).toEqual(reaches.map(() => cloud.principalId));
  });
});

test('a revision has as many processes as the app may have replicas', async () => {
  const { putApp, revisions } = await readyTestCloud();
  await putApp({ maxReplicas: 2 });
  expect(revisions.revisions[0]?.replicas).toBe(2);
});

test('the outputs of the app have its addresses and its revision, and no secret', async () => {
  const cloud = await readyTestCloud();
  const outputs = await cloud.putApp();
  const domain = await domainOf(cloud);
  const name = cloud.revisions.revisions[0]?.name;
  expect(outputs).toMatchObject({
    name: 'app',
    configuration: { ingress: { targetPort: 8080, fqdn: `app.${domain}` } },
    latestRevisionName: name,
    latestReadyRevisionName: name,
    latestRevisionFqdn: `${name}.${domain}`,
  });
  expect(JSON.stringify(outputs)).not.toContain(API_KEY);
});

test('a right on a parent is a right on the resource', async () => {
  const cloud = await makeTestCloud();
  await cloud.assign(PULL, cloud.ids.registry.replace(/\/providers.*/, ''));
  await cloud.assign(READ_SECRETS, cloud.ids.vault);
  await cloud.putApp();
  expect(cloud.revisions.done).toEqual(['replace']);
});

describe('no revision starts', () => {
  const refusal = async (cloud: TestCloud, changes?: Parameters<TestCloud['putApp']>[0]): Promise<string> => {
    const error: unknown = await cloud.putApp(changes).then(
      () => 'nothing',
      (reason: unknown) => reason,
    );
    expect(cloud.revisions.done).toEqual([]);
    expect(
      await cloud.azure.get(
        cloud.ids.vault.replace(/Microsoft\.KeyVault.*/, 'Microsoft.App/containerApps/app'),
      ),
    ).toBeUndefined();
    return error instanceof Error ? error.message : String(error);
  };

  test('when the identity has no rights, and one error names all missing rights', async () => {
    expect(await refusal(await makeTestCloud())).toBe(
      'image: its identity may not pull, got no AcrPull on registry.azurecr.io. The image cannot be pulled, so no revision can start. Assign the role on the registry.\n' +
        'api-key: its identity may not read it, got no Key Vault Secrets User. Its value cannot be read, so no revision can start. Assign the role on the secret or its vault.',
    );
  });

  test('when the identity has the wrong role on each', async () => {
    const cloud = await makeTestCloud();
    await cloud.assign(READ_SECRETS, cloud.ids.registry);
    await cloud.assign(PULL, cloud.ids.secret);
    expect(await refusal(cloud)).toMatch(/may not pull.*\n.*may not read it/);
  });

  test('when its rights are on other resources', async () => {
    const cloud = await makeTestCloud();
    await cloud.assign(PULL, cloud.ids.vault);
    await cloud.assign(READ_SECRETS, cloud.ids.registry);
    expect(await refusal(cloud)).toMatch(/may not pull.*\n.*may not read it/);
  });

  test('when another identity has the rights', async () => {
    const cloud = await readyTestCloud();
    const inputs = { resourceGroupName: 'group', location: 'westeurope', resourceName: 'other' };
    const { id } = await cloud.azure.put('azure-native:managedidentity:UserAssignedIdentity', inputs);
    expect(await refusal(cloud, { identity: id })).toMatch(/may not pull.*\n.*may not read it/);
  });

  test('when the image was never pushed', async () => {
    const digest = DIGEST.replaceAll('a', 'b');
    const message = await refusal(await readyTestCloud(), { image: `registry.azurecr.io/backend@${digest}` });
    expect(message).toBe(
      `image: was never pushed, got ${digest}. The image cannot be pulled, so no revision can start. Push it first.`,
    );
  });

  test('when the image is in another registry', async () => {
    const message = await refusal(await readyTestCloud(), { image: `docker.io/backend@${DIGEST}` });
    expect(message).toContain('image: is in no registry of this cloud, got docker.io.');
  });

  test('when the secret is not in the vault', async () => {
    const cloud = await readyTestCloud();
    await cloud.azure.remove(cloud.ids.secret);
    expect(await refusal(cloud)).toContain(
      'api-key: is in no vault, got nothing at https://vault.vault.azure.net/secrets/key.',
    );
  });

  test('when a variable names an unknown secret', async () => {
    const message = await refusal(await readyTestCloud(), { env: [{ name: 'API_KEY', secretRef: 'other' }] });
    expect(message).toBe(
      'API_KEY: names an unknown secret, got other. The variable has no value, so no revision can start. Name one of configuration.secrets.',
    );
  });
});

describe('a change', () => {
  test('of nothing, or of tags, starts no revision', async () => {
    const { putApp, revisions } = await readyTestCloud();
    const { latestRevisionName } = await putApp();
    const outputs = await putApp({ tags: { environment: 'laptop' } });
    expect(revisions.revisions).toHaveLength(1);
    expect(outputs).toMatchObject({ tags: { environment: 'laptop' }, latestRevisionName });
  });

  test('of the template starts one', async () => {
    const { putApp, revisions } = await readyTestCloud();
    const { latestRevisionName } = await putApp();
    const outputs = await putApp({ env: [SECRETLESS] });
    expect(revisions.revisions.at(-1)?.environment).toEqual({ LOG_LEVEL: 'info' });
    expect(outputs['latestRevisionName']).not.toBe(latestRevisionName);
  });

  test('of the value in the vault alone does not reach the running revision', async () => {
    const { putApp, putSecret, revisions } = await readyTestCloud();
    await putApp();
    await putSecret('rotated');
    await putApp();
    expect(revisions.revisions.map(({ environment }) => environment['API_KEY'])).toEqual([API_KEY]);
  });

  test('that fails leaves the app as it was, and the next attempt tries again', async () => {
    const { putApp, revisions } = await readyTestCloud();
    await putApp();
    revisions.failure = new Error('app--1: did not become ready');
    await expect(putApp({ env: [SECRETLESS] })).rejects.toThrow('app--1: did not become ready');
    revisions.failure = undefined;
    await putApp({ env: [SECRETLESS] });
    expect(revisions.revisions).toHaveLength(2);
  });
});

test('removing the app, or its resource group, stops it', async () => {
  const { azure, ids, putApp, revisions } = await readyTestCloud();
  await putApp();
  await azure.remove(ids.vault);
  expect(revisions.done).toEqual(['replace']);
  await azure.remove(ids.registry.replace(/\/providers.*/, ''));
  expect(revisions.done).toEqual(['replace', 'stop']);
});
