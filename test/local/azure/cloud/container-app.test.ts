import { textOf } from '../../../../local/azure/cloud/addresses';
import { API_KEY, DIGEST, makeWorld, PULL, READ_SECRETS, WRITE_TABLES, type World } from './world';

const SECRETLESS = { name: 'LOG_LEVEL', value: 'info' };

/** A world in which the app's identity may do what it needs. */
async function readyWorld(): Promise<World> {
  const world = await makeWorld();
  await world.assign(PULL, world.ids.registry);
  await world.assign(READ_SECRETS, world.ids.secret);
  return world;
}

const domainOf = async ({ azure, ids }: World): Promise<string> =>
  textOf((await azure.get(ids.environment))?.outputs ?? {}, 'defaultDomain');

test('a revision gets the pushed bundle, values and secrets, probes, port and grace', async () => {
  const { putApp, revisions } = await readyWorld();
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
    ['of the code, with the right to tables', 'Main', WRITE_TABLES, [true]],
    ['of the code, without that right', 'Main', READ_SECRETS, [false]],
    ['of the platform alone is not handed to the code', 'None', WRITE_TABLES, []],
  ] as const)('%s', async (_case, lifecycle, role, reaches) => {
    const world = await readyWorld();
    const account = await world.azure.put('azure-native:storage:StorageAccount', {
      resourceGroupName: 'group',
      accountName: 'account',
    });
    await world.assign(role, account.id);
    await world.putApp({ lifecycle });
    const identities = world.revisions.revisions[0]?.identities ?? [];
    expect(identities.map(({ reachesTables }) => reachesTables)).toEqual(reaches);
    expect(identities.map(({ principalId }) => principalId)).toEqual(reaches.map(() => world.principalId));
  });
});

test('as many processes run as the app may have replicas', async () => {
  const { putApp, revisions } = await readyWorld();
  await putApp({ maxReplicas: 2 });
  expect(revisions.revisions[0]?.replicas).toBe(2);
});

test('the app says its addresses and its revision', async () => {
  const world = await readyWorld();
  const outputs = await world.putApp();
  const domain = await domainOf(world);
  const name = world.revisions.revisions[0]?.name;
  expect(outputs).toMatchObject({
    name: 'app',
    configuration: { ingress: { targetPort: 8080, fqdn: `app.${domain}` } },
    latestRevisionName: name,
    latestReadyRevisionName: name,
    latestRevisionFqdn: `${name}.${domain}`,
  });
  expect(JSON.stringify(outputs)).not.toContain(API_KEY);
});

test('a right on what a resource is in is a right on the resource', async () => {
  const world = await makeWorld();
  await world.assign(PULL, world.ids.registry.replace(/\/providers.*/, ''));
  await world.assign(READ_SECRETS, world.ids.vault);
  await world.putApp();
  expect(world.revisions.done).toEqual(['replace']);
});

describe('no revision starts', () => {
  const refusal = async (world: World, changes?: Parameters<World['putApp']>[0]): Promise<string> => {
    const error: unknown = await world.putApp(changes).then(
      () => 'nothing',
      (reason: unknown) => reason,
    );
    expect(world.revisions.done).toEqual([]);
    expect(
      await world.azure.get(
        world.ids.vault.replace(/Microsoft\.KeyVault.*/, 'Microsoft.App/containerApps/app'),
      ),
    ).toBeUndefined();
    return error instanceof Error ? error.message : String(error);
  };

  test('when the identity has no rights, and all of it is said at once', async () => {
    expect(await refusal(await makeWorld())).toBe(
      'image: its identity may not pull, got no AcrPull on registry.azurecr.io. The image cannot be pulled, and no revision can start. Assign the role on the registry.\n' +
        'api-key: its identity may not read it, got no Key Vault Secrets User. Its value cannot be read, and no revision can start. Assign the role on the secret or its vault.',
    );
  });

  test('when the identity has the other role on each', async () => {
    const world = await makeWorld();
    await world.assign(READ_SECRETS, world.ids.registry);
    await world.assign(PULL, world.ids.secret);
    expect(await refusal(world)).toMatch(/may not pull.*\n.*may not read it/);
  });

  test('when its rights are on other things', async () => {
    const world = await makeWorld();
    await world.assign(PULL, world.ids.vault);
    await world.assign(READ_SECRETS, world.ids.registry);
    expect(await refusal(world)).toMatch(/may not pull.*\n.*may not read it/);
  });

  test('when the rights are those of another identity', async () => {
    const world = await readyWorld();
    const inputs = { resourceGroupName: 'group', location: 'westeurope', resourceName: 'other' };
    const { id } = await world.azure.put('azure-native:managedidentity:UserAssignedIdentity', inputs);
    expect(await refusal(world, { identity: id })).toMatch(/may not pull.*\n.*may not read it/);
  });

  test('when the image was never pushed', async () => {
    const digest = DIGEST.replaceAll('a', 'b');
    const message = await refusal(await readyWorld(), { image: `registry.azurecr.io/backend@${digest}` });
    expect(message).toBe(
      `image: was never pushed, got ${digest}. The image cannot be pulled, and no revision can start. Push it first.`,
    );
  });

  test('when the image is in another registry', async () => {
    const message = await refusal(await readyWorld(), { image: `docker.io/backend@${DIGEST}` });
    expect(message).toContain('image: is in no registry of this cloud, got docker.io.');
  });

  test('when the secret is not in the vault', async () => {
    const world = await readyWorld();
    await world.azure.remove(world.ids.secret);
    expect(await refusal(world)).toContain(
      'api-key: is in no vault, got nothing at https://vault.vault.azure.net/secrets/key.',
    );
  });

  test('when a variable refers to no secret of the app', async () => {
    const message = await refusal(await readyWorld(), { env: [{ name: 'API_KEY', secretRef: 'other' }] });
    expect(message).toBe(
      'API_KEY: refers to no secret of the app, got other. It has no value, and no revision can start. Name one of configuration.secrets.',
    );
  });
});

describe('a change', () => {
  test('of nothing or of tags makes no revision', async () => {
    const { putApp, revisions } = await readyWorld();
    const { latestRevisionName } = await putApp();
    const outputs = await putApp({ tags: { environment: 'laptop' } });
    expect(revisions.revisions).toHaveLength(1);
    expect(outputs).toMatchObject({ tags: { environment: 'laptop' }, latestRevisionName });
  });

  test('of the template makes one', async () => {
    const { putApp, revisions } = await readyWorld();
    const { latestRevisionName } = await putApp();
    const outputs = await putApp({ env: [SECRETLESS] });
    expect(revisions.revisions.at(-1)?.environment).toEqual({ LOG_LEVEL: 'info' });
    expect(outputs['latestRevisionName']).not.toBe(latestRevisionName);
  });

  test('of the value in the vault alone reaches no revision', async () => {
    const { putApp, putSecret, revisions } = await readyWorld();
    await putApp();
    await putSecret('rotated');
    await putApp();
    expect(revisions.revisions.map(({ environment }) => environment['API_KEY'])).toEqual([API_KEY]);
  });

  test('that fails leaves the app as it was, and the next attempt tries again', async () => {
    const { putApp, revisions } = await readyWorld();
    await putApp();
    revisions.failure = new Error('app--1: is not ready');
    await expect(putApp({ env: [SECRETLESS] })).rejects.toThrow('app--1: is not ready');
    revisions.failure = undefined;
    await putApp({ env: [SECRETLESS] });
    expect(revisions.revisions).toHaveLength(2);
  });
});

test('removing the app, or the group that it is in, stops it', async () => {
  const { azure, ids, putApp, revisions } = await readyWorld();
  await putApp();
  await azure.remove(ids.vault);
  expect(revisions.done).toEqual(['replace']);
  await azure.remove(ids.registry.replace(/\/providers.*/, ''));
  expect(revisions.done).toEqual(['replace', 'stop']);
});
