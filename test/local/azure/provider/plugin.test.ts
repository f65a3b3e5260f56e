import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type * as Grpc from '@grpc/grpc-js';
import type * as StructModule from 'google-protobuf/google/protobuf/struct_pb';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as proto from '@pulumi/pulumi/proto/provider_pb';
import { unknownValue } from '@pulumi/pulumi/runtime/rpc';
import { FakeAzure } from '../../../../local/azure/cloud/fake-azure';
import { serveCloud, type ControlServer } from '../../../../local/azure/control/server';
import { PLUGIN_FOLDER } from '../../../../local/azure/start-fake-azure';
import { secret } from '../../../../local/azure/wire';
import { FakeRevisions } from '../cloud/test-cloud';

// The SDK's copies, because its messages check each other's class.
const fromSdk = createRequire(require.resolve('@pulumi/pulumi/package.json'));
const grpc: typeof Grpc = fromSdk('@grpc/grpc-js');
const { Struct }: typeof StructModule = fromSdk('google-protobuf/google/protobuf/struct_pb');

type Properties = Record<string, unknown>;

const urn = (type: string): string => `urn:pulumi:laptop::test::azure-native:${type}::name`;
const struct = (value: Properties) => Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));

const GROUP = { resourceGroupName: 'group', location: 'westeurope' };
const VAULT = { ...GROUP, vaultName: 'vault', properties: { enableRbacAuthorization: true } };

/** Starts the plugin as the Pulumi CLI does. */
const start = (env: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams =>
  spawn(path.join(PLUGIN_FOLDER, 'pulumi-resource-azure-native'), ['127.0.0.1:1'], {
    env: { PATH: process.env['PATH'], ...env },
  });

let azure: FakeAzure;
let control: ControlServer;
let plugin: ChildProcessWithoutNullStreams;
let client: ResourceProviderClient;
beforeAll(async () => {
  azure = new FakeAzure(new FakeRevisions());
  control = await serveCloud(azure);
  plugin = start({ FAKE_AZURE_URL: control.url, FAKE_AZURE_TOKEN: control.token });
  const [port]: unknown[] = await once(createInterface({ input: plugin.stdout }), 'line');
  client = new ResourceProviderClient(`127.0.0.1:${String(port)}`, grpc.credentials.createInsecure(), {
    'grpc.enable_http_proxy': 0,
  });
}, 60_000);
afterAll(async () => {
  client.close();
  plugin.kill();
  await once(plugin, 'close');
  await control.close();
});

function call<Response>(
  send: (done: (error: Error | null, response: Response) => void) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

async function check(type: string, news: Properties): Promise<proto.CheckResponse.AsObject> {
  const request = new proto.CheckRequest().setUrn(urn(type)).setOlds(struct({})).setNews(struct(news));
  return (await call<proto.CheckResponse>((done) => client.check(request, done))).toObject();
}

async function create(
  type: string,
  inputs: Properties,
  preview = false,
): Promise<{ id: string; outputs: unknown }> {
  const request = new proto.CreateRequest()
    .setUrn(urn(type))
    .setProperties(struct(inputs))
    .setPreview(preview);
  const made = await call<proto.CreateResponse>((done) => client.create(request, done));
  return { id: made.getId(), outputs: made.getProperties()?.toJavaScript() };
}

test('supports secrets and previews', async () => {
  const request = new proto.ConfigureRequest().setArgs(struct({})).setAcceptsecrets(true);
  const answer = await call<proto.ConfigureResponse>((done) => client.configure(request, done));
  expect([answer.getAcceptsecrets(), answer.getSupportspreview()]).toEqual([true, true]);
});

test('names each wrong input', async () => {
  const { failuresList } = await check('keyvault:Vault', { ...VAULT, properties: {} });
  expect(failuresList).toEqual([
    {
      property: 'properties.enableRbacAuthorization',
      reason: expect.stringMatching(/^must be true, got nothing\./),
    },
  ]);
  expect((await check('keyvault:Vault', VAULT)).failuresList).toEqual([]);
});

test('creates resources in the cloud of this process, and returns secrets as secrets', async () => {
  await create('resources:ResourceGroup', GROUP);
  await create('keyvault:Vault', VAULT);
  const inputs = { ...GROUP, vaultName: 'vault', secretName: 'key' };
  const { id, outputs } = await create('keyvault:Secret', {
    ...inputs,
    properties: { value: secret('planted') },
  });
  expect((await azure.get(id))?.inputs).toMatchObject({ properties: { value: 'planted' } });
  expect(outputs).toMatchObject({
    properties: secret(expect.objectContaining({ secretUri: 'https://vault.vault.azure.net/secrets/key' })),
    __inputs: { properties: secret({ value: 'planted' }) },
  });
});

test('a preview creates nothing, and properties that only Azure sets are unknown', async () => {
  const properties = { value: secret('planted') };
  const inputs = { ...GROUP, vaultName: unknownValue, secretName: 'other', properties };
  const { id, outputs } = await create('keyvault:Secret', inputs, true);
  expect(id).toBe('');
  expect(outputs).toMatchObject({
    vaultName: unknownValue,
    name: unknownValue,
    properties: secret({ value: 'planted', secretUri: unknownValue, secretUriWithVersion: unknownValue }),
  });
});

test('the preview of an update keeps the properties that Azure set, except the version of a new value', async () => {
  const inputs = { ...GROUP, vaultName: 'vault', secretName: 'rotated', properties: { value: 'planted' } };
  const { id, outputs } = await create('keyvault:Secret', inputs);
  const previewed = async (news: Properties): Promise<unknown> => {
    const request = new proto.UpdateRequest()
      .setId(id)
      .setUrn(urn('keyvault:Secret'))
      .setOlds(struct(Object(outputs)))
      .setNews(struct(news))
      .setPreview(true);
    const answer = await call<proto.UpdateResponse>((done) => client.update(request, done));
    return answer.getProperties()?.toJavaScript();
  };
  const version = expect.stringMatching(/^https:.*\/secrets\/rotated\/[0-9a-f]{32}$/);
  expect(await previewed({ ...inputs, tags: { a: 'b' } })).toMatchObject({
    name: 'rotated',
    properties: secret(expect.objectContaining({ secretUriWithVersion: version })),
  });
  expect(await previewed({ ...inputs, properties: { value: 'new' } })).toMatchObject({
    properties: secret(expect.objectContaining({ secretUriWithVersion: unknownValue })),
  });
  expect((await azure.get(id))?.inputs).toMatchObject({ properties: { value: 'planted' } });
});

test('an error has the message of the cloud', async () => {
  const inputs = { ...GROUP, vaultName: 'missing', secretName: 'key', properties: { value: 'x' } };
  await expect(create('keyvault:Secret', inputs)).rejects.toThrow(
    /azure-native:keyvault:Secret: refers to a missing resource, got .*\/vaults\/missing\./,
  );
});

test('without a cloud it does not start, and the error says why', async () => {
  expect(await text(start({ FAKE_AZURE_URL: control.url }).stderr)).toContain(
    'FAKE_AZURE_TOKEN: missing, got nothing. The fake provider cannot reach the fake Azure. Start it with `npm run local`.',
  );
}, 30_000);
