import { request } from 'node:http';
import { cloudAt } from '../../../../local/azure/control/client';
import { serveCloud, type ControlServer } from '../../../../local/azure/control/server';
import { FakeRevisions } from '../cloud/test-cloud';
import { FakeAzure } from '../../../../local/azure/cloud/fake-azure';

const GROUP = 'azure-native:resources:ResourceGroup';
const inputs = { resourceGroupName: 'group', location: 'westeurope' };
const body = JSON.stringify({ call: 'put', type: GROUP, inputs });

let azure: FakeAzure;
/** Types of the stored resources. */
let put: string[];
let control: ControlServer;
beforeEach(async () => {
  azure = new FakeAzure(new FakeRevisions());
  put = [];
  const really = azure.put.bind(azure);
  jest.spyOn(azure, 'put').mockImplementation((type, inputsOfIt) => {
    put.push(type);
    return really(type, inputsOfIt);
  });
  control = await serveCloud(azure);
});
afterEach(async () => control.close());

test('a client in another process creates, reads and removes resources', async () => {
  const cloud = cloudAt(control.url, control.token);
  const made = await cloud.put(GROUP, inputs);
  expect(made).toMatchObject({ inputs, outputs: { ...inputs, name: 'group' } });
  expect(await cloud.get(made.id)).toEqual({ inputs: made.inputs, outputs: made.outputs });
  expect(await azure.get(made.id)).toMatchObject({ inputs });
  expect(await cloud.clientConfig()).toEqual(await azure.clientConfig());
  expect(await cloud.remove(made.id)).toBeUndefined();
  expect(await cloud.get(made.id)).toBeUndefined();
});

test('the client gets the message of an error unchanged', async () => {
  const cloud = cloudAt(control.url, control.token);
  await expect(cloud.put('azure-native:a:B', {})).rejects.toThrow(
    /^azure-native:a:B: unknown resource type\./,
  );
});

// What counts as the token: test/local/tavus/request-guard.test.ts.
test('a request without the token is refused', async () => {
  for (const headers of [{}, { authorization: `Bearer ${'x'.repeat(control.token.length)}` }]) {
    const response = await fetch(control.url, { method: 'POST', headers, body });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'The token is missing or wrong.' });
  }
  expect(put).toEqual([]);
});

test('each run has its own token', async () => {
  const other = await serveCloud(azure);
  await other.close();
  expect(other.token).not.toBe(control.token);
  expect(control.token).toMatch(/^[\w-]{32}$/);
});

test.each(['no JSON', '{"call":"destroy"}'])('a body that is no request is refused: %s', async (wrong) => {
  const headers = { authorization: `Bearer ${control.token}` };
  const response = await fetch(control.url, { method: 'POST', headers, body: wrong });
  expect(response.status).toBe(422);
});

test('it listens only on this computer', () => {
  expect(new URL(control.url).hostname).toBe('127.0.0.1');
});

test.each([
  ['to a foreign host name, even with the token,', 'evil.example', true],
  ['from another web page', undefined, false],
])('a request %s is refused', async (_what, host, hasToken) => {
  const status = await new Promise((resolve, reject) => {
    const headers = {
      ...(host === undefined ? { 'sec-fetch-site': 'cross-site' } : { host }),
      ...(hasToken ? { authorization: `Bearer ${control.token}` } : {}),
    };
    request(control.url, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end(body);
  });
  expect(status).toBe(403);
  expect(put).toEqual([]);
});
