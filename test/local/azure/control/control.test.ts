import { request } from 'node:http';
import { cloudAt } from '../../../../local/azure/control/client';
import { serveCloud, type ControlServer } from '../../../../local/azure/control/server';
import { FakeRevisions } from '../cloud/world';
import { StandInAzure } from '../../../../local/azure/cloud/stand-in-azure';

const GROUP = 'azure-native:resources:ResourceGroup';
const inputs = { resourceGroupName: 'group', location: 'westeurope' };
const body = JSON.stringify({ call: 'put', type: GROUP, inputs });

let azure: StandInAzure;
/** Types of what was put. */
let put: string[];
let control: ControlServer;
beforeEach(async () => {
  azure = new StandInAzure(new FakeRevisions());
  put = [];
  const really = azure.put.bind(azure);
  jest.spyOn(azure, 'put').mockImplementation((type, inputsOfIt) => {
    put.push(type);
    return really(type, inputsOfIt);
  });
  control = await serveCloud(azure);
});
afterEach(async () => control.close());

test('the cloud of another process makes, reads and removes as this one does', async () => {
  const cloud = cloudAt(control.url, control.token);
  const made = await cloud.put(GROUP, inputs);
  expect(made).toMatchObject({ inputs, outputs: { ...inputs, name: 'group' } });
  expect(await cloud.get(made.id)).toEqual({ inputs: made.inputs, outputs: made.outputs });
  expect(await azure.get(made.id)).toMatchObject({ inputs });
  expect(await cloud.clientConfig()).toEqual(await azure.clientConfig());
  expect(await cloud.remove(made.id)).toBeUndefined();
  expect(await cloud.get(made.id)).toBeUndefined();
});

test('a refusal arrives in its own words', async () => {
  const cloud = cloudAt(control.url, control.token);
  await expect(cloud.put('azure-native:a:B', {})).rejects.toThrow(
    /^azure-native:a:B: is no type of resource that the laptop's Azure knows\./,
  );
});

// What counts as the token: test/local/tavus/request-guard.test.ts.
test('nobody gets in without the token', async () => {
  for (const headers of [{}, { authorization: `Bearer ${'x'.repeat(control.token.length)}` }]) {
    const response = await fetch(control.url, { method: 'POST', headers, body });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'The token is missing or wrong.' });
  }
  expect(put).toEqual([]);
});

test('every run has a token of its own', async () => {
  const other = await serveCloud(azure);
  await other.close();
  expect(other.token).not.toBe(control.token);
  expect(control.token).toMatch(/^[\w-]{32}$/);
});

test.each(['no JSON', '{"call":"destroy"}'])('what is no request is refused: %s', async (wrong) => {
  const headers = { authorization: `Bearer ${control.token}` };
  const response = await fetch(control.url, { method: 'POST', headers, body: wrong });
  expect(response.status).toBe(422);
});

test('it listens for this computer alone', () => {
  expect(new URL(control.url).hostname).toBe('127.0.0.1');
});

test.each([
  ['under a foreign name, even with the token', 'evil.example', true],
  ['from another web page', undefined, false],
])('nobody gets in %s', async (_what, host, hasToken) => {
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
