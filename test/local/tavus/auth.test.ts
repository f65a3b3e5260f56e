import { bench, closeAll } from './helpers';

afterEach(closeAll);

test.each([
  ['POST', '/conversations'],
  ['GET', '/conversations'],
  ['GET', '/conversations/c1'],
  ['POST', '/conversations/c1/end'],
  ['DELETE', '/conversations/c1'],
  ['GET', '/replicas/r_laptop'],
  ['GET', '/personas/p_laptop'],
] as const)('%s %s refuses a missing and an unknown API key', async (method, path) => {
  const { api, simulator } = await bench();
  const refused = { status: 401, json: { message: 'Invalid access token' } };
  expect(await api(method, path, undefined, 'tvsk_wrong')).toMatchObject(refused);
  const without = await fetch(`${simulator.apiBaseUrl}${path}`, { method });
  expect({ status: without.status, json: await without.json() }).toEqual(refused);
});

test('a conversation of another API key is unknown', async () => {
  const { api, create } = await bench();
  const id = await create();
  expect(await api('GET', `/conversations/${id}`, undefined, 'tvsk_other')).toMatchObject({
    status: 400,
    json: { error: 'Invalid conversation_id' },
  });
});

test('listens on the loopback address only', async () => {
  const { simulator } = await bench();
  expect(simulator.app.server.address()).toMatchObject({ address: '127.0.0.1' });
  expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(simulator.apiBaseUrl).toBe(`${simulator.url}/v2`);
});
