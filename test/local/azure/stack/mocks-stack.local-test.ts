import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { SUBSCRIPTION_ID, TENANT_ID } from '../../../../local/azure/cloud/addresses';
import { FakeAzure } from '../../../../local/azure/cloud/fake-azure';
import { serveCloud, type ControlServer } from '../../../../local/azure/control/server';
import { MocksStack } from '../../../../local/azure/stack/mocks-stack';
import {
  BACKEND_PROJECT,
  CI_IDENTITY_PROJECT,
  type StackProject,
} from '../../../../local/azure/stack/projects';
import { DeploymentError, type StackConfig } from '../../../../local/azure/stack/stack';
import { handedOver, IMAGE, ON, SECRETS, writeHandOver } from '../../../infra-azure/samples';
import { FakeRevisions } from '../cloud/test-cloud';

const ROOT = path.resolve(__dirname, '../../../..');
const APP = 'azure-native:app:ContainerApp';

// Each `up` starts a process of its own.
jest.setTimeout(120_000);

const directory = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-mocks-'));
writeHandOver(directory, { 'TavusRecordings-laptop': handedOver('laptop') });

let revisions: FakeRevisions;
let azure: FakeAzure;
let control: ControlServer;
const controller = new AbortController();
/** Types of stored and ids of removed resources, in order. */
let done: string[];
/** Inputs of all stored resources, secrets included. */
let sent: string[];
/** A type that the cloud refuses. */
let refused: string | undefined;

/** A stack without resources. */
async function emptyStack(project: StackProject = BACKEND_PROJECT): Promise<MocksStack> {
  revisions = new FakeRevisions();
  azure = new FakeAzure(revisions);
  azure.push(IMAGE.slice(IMAGE.indexOf('@') + 1), 'nowhere');
  done = [];
  sent = [];
  refused = undefined;
  const [put, remove] = [azure.put.bind(azure), azure.remove.bind(azure)];
  jest.spyOn(azure, 'put').mockImplementation((type, inputs) => {
    done.push(type);
    sent.push(JSON.stringify(inputs));
    return type === refused ? Promise.reject(new Error('TooManyRequests')) : put(type, inputs);
  });
  jest.spyOn(azure, 'remove').mockImplementation((id) => {
    done.push(`remove ${id.split('/').at(-1)}`);
    return remove(id);
  });
  control = await serveCloud(azure);
  const { url: controlUrl, token } = control;
  return new MocksStack({ root: ROOT, directory, controlUrl, token, signal: controller.signal, project });
}

const { image: _image, tavusApiKey: _key, callbackSecrets: _secrets, startApiKey: _start, ...settings } = ON;
const config = (plain: Readonly<Record<string, string>> = {}, secret: object = {}): StackConfig => ({
  plain: {
    ...settings,
    tavusApiBaseUrl: 'http://localhost:4000/v2',
    handOverFile: path.join(directory, 'cdk-outputs.json'),
    ...plain,
  },
  secret: { ...SECRETS, ...secret },
});

const imageOf = (registry = ''): string => IMAGE.replace('platformregistry.azurecr.io', registry);

const failure = async (up: Promise<unknown>): Promise<string> => {
  const error: unknown = await up.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DeploymentError);
  return error instanceof Error ? error.message : '';
};

afterEach(async () => control.close());
afterAll(() => rmSync(directory, { recursive: true }));

test('deploys the platform, then the backend, changes nothing the second time, and removes resources that are no longer registered', async () => {
  const stack = await emptyStack();
  const platform = await stack.up(config());
  expect(platform.changes).toBe(15);
  expect(platform.outputs).not.toHaveProperty('url');
  const image = imageOf(platform.outputs['registry']);
  const backend = await stack.up(config({ image }));
  expect(backend.changes).toBe(17);
  expect(backend.outputs).toMatchObject({
    image,
    url: expect.stringMatching(
      /^https:\/\/tavus-backend\.laptop-[\da-f]{8}\.westeurope\.azurecontainerapps\.io$/,
    ),
    qaUrl: expect.stringMatching(/\/qa$/),
  });
  expect(revisions.revisions.at(-1)?.environment).toMatchObject({
    TAVUS_API_KEY: SECRETS.tavusApiKey,
    TAVUS_API_KEY_VERSION: expect.stringMatching(/^[\da-f]{32}$/),
    TAVUS_RECORDING_S3_BUCKET_NAME: 'acme-recordings',
  });
  expect(await stack.up(config({ image }))).toEqual({ ...backend, changes: 0 });

  done = [];
  expect((await stack.up(config({ image }, { tavusApiKey: 'another-tavus-key-0123456789' }))).changes).toBe(
    2,
  );
  expect(done).toEqual(['azure-native:keyvault:Secret', APP]);

  done = [];
  expect((await stack.up(config())).changes).toBe(17);
  expect(done).toContain('remove tavus-backend');
  expect(done.findIndex((one) => one.startsWith('remove backend-probes'))).toBeLessThan(
    done.indexOf('remove tavus-backend'),
  );
  expect(done.indexOf('remove tavus-backend')).toBeLessThan(done.indexOf('remove tavus-api-key'));
  expect(revisions.done.at(-1)).toBe('stop');
  // Placeholders in previews for values that only Azure knows.
  expect(sent.join('\n')).not.toMatch(/no-version|no-vault-uri/);
});

test("fails with the cloud's message when a resource fails, keeps the created resources, and continues in the next run", async () => {
  const stack = await emptyStack();
  const { outputs } = await stack.up(config());
  const image = imageOf(outputs['registry']);
  revisions.failure = new Error(`app--1: did not become ready, with ${SECRETS.tavusApiKey}`);
  expect(await failure(stack.up(config({ image })))).toBe(
    `backend (${APP}): was not created. app--1: did not become ready, with [hidden]`,
  );
  expect(done.filter((one) => one.startsWith('remove'))).toEqual([]);
  revisions.failure = undefined;
  // The app, and its alerts, which the failed run did not start.
  expect((await stack.up(config({ image }))).changes).toBe(13);
});

test("fails with the cloud's message when an output stays unknown", async () => {
  const stack = await emptyStack();
  refused = 'azure-native:containerregistry:Registry';
  expect(await failure(stack.up(config()))).toBe(
    'platformregistry (azure-native:containerregistry:Registry): was not created. TooManyRequests',
  );
});

test('refuses a wrong configuration with all its problems, and creates nothing', async () => {
  const stack = await emptyStack();
  expect(await failure(stack.up(config({ location: 'West Europe', cpu: '0.3', image: IMAGE })))).toMatch(
    /^The stack laptop cannot be deployed; nothing was changed:\n- location: .*\n- cpu: is not a number/,
  );
  expect(done).toEqual([]);
});

test('previews and deploys the CI identities, and changes nothing the second time', async () => {
  const stack = await emptyStack(CI_IDENTITY_PROJECT);
  const ciIdentity: StackConfig = {
    plain: { githubRepository: 'acme/talks', githubRepositoryId: '789012', githubOwnerId: '123456' },
    secret: {},
  };
  const previewed = await stack.preview(ciIdentity);
  expect(done).toEqual([]);
  const made = await stack.up(ciIdentity);
  expect([made.changes, done.length]).toEqual([previewed.changes, previewed.changes]);
  expect(made.outputs).toEqual({
    AZURE_TENANT_ID: TENANT_ID,
    AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID,
    AZURE_DEPLOY_CLIENT_ID: expect.stringMatching(/^[\da-f-]{36}$/),
    AZURE_CHECK_CLIENT_ID: expect.stringMatching(/^[\da-f-]{36}$/),
    AZURE_RESOURCE_GROUP: 'tavus-recordings-dev',
    PULUMI_BACKEND_URL: expect.stringMatching(
      /^azblob:\/\/pulumi-state\?storage_account=tavusstate[\da-f]{14}$/,
    ),
    PULUMI_SECRETS_PROVIDER: expect.stringMatching(
      /^azurekeyvault:\/\/tavus-state-[\da-f]{12}\.vault\.azure\.net\/keys\/pulumi-state$/,
    ),
  });
  expect(await stack.up(ciIdentity)).toEqual({ ...made, changes: 0 });

  // After a rename of the repository its four credentials change, and no resource is replaced.
  done = [];
  const renamed = { ...ciIdentity, plain: { ...ciIdentity.plain, githubRepository: 'acme/talk' } };
  expect((await stack.preview(renamed)).changes).toBe(4);
  expect((await stack.up(renamed)).changes).toBe(4);
  expect(new Set(done)).toEqual(new Set(['azure-native:managedidentity:FederatedIdentityCredential']));
});

test('previews the backend before the first deployment, with all values of Azure unknown', async () => {
  const stack = await emptyStack();
  const image = imageOf('platformregistry.azurecr.io');
  expect((await stack.preview(config({ image }))).changes).toBe(32);
  expect(done).toEqual([]);
});

test('a preview fails like a deployment, and creates nothing', async () => {
  const stack = await emptyStack(CI_IDENTITY_PROJECT);
  expect(await failure(stack.preview({ plain: { location: '?' }, secret: {} }))).toMatch(
    /^The CI identity of dev cannot be deployed; nothing was changed:\n- githubRepository: /,
  );
  expect(done).toEqual([]);
});

test('ends when the signal is aborted', async () => {
  const stack = await emptyStack();
  const up = stack.up(config());
  controller.abort(new Error('enough'));
  await expect(up).rejects.toThrow('enough');
});

test.each([BACKEND_PROJECT, CI_IDENTITY_PROJECT])(
  'runs the program that Pulumi.yaml names: $name',
  (project) => {
    const { name, main } = z
      .object({ name: z.string(), main: z.string() })
      .parse(parse(readFileSync(path.join(ROOT, project.folder, 'Pulumi.yaml'), 'utf8')));
    expect({ name, main }).toEqual({ name: project.name, main: project.main });
  },
);
