import { bench, CALLBACK_URL, closeAll, RECORDED } from './helpers';

afterEach(closeAll);

test('a list is newest first, has ten entries per page by default, and the total count', async () => {
  const { api, create } = await bench({ faults: { maxConcurrent: 20 } });
  const ids: string[] = [];
  for (let n = 0; n < 12; n += 1) ids.unshift(await create());
  const page = async (query: string): Promise<{ ids: string[]; total: unknown }> => {
    const { text } = await api('GET', `/conversations${query}`);
    const list: { data: { conversation_id: string }[]; total_count: number } = JSON.parse(text);
    return { ids: list.data.map(({ conversation_id }) => conversation_id), total: list.total_count };
  };
  expect(await page('')).toEqual({ ids: ids.slice(0, 10), total: 12 });
  expect(await page('?page=2')).toEqual({ ids: ids.slice(10), total: 12 });
  expect(await page('?limit=100')).toEqual({ ids, total: 12 });
  expect(await page('?limit=5&page=3')).toEqual({ ids: ids.slice(10), total: 12 });
  await api('POST', `/conversations/${ids[3] ?? ''}/end`);
  expect(await page('?status=ended')).toEqual({ ids: [ids[3]], total: 1 });
  expect((await page('?status=active')).total).toBe(11);
  expect((await api('GET', '/conversations?limit=none')).status).toBe(400);
});

test('a conversation has the documented fields only', async () => {
  const { api, create, simulator } = await bench();
  const id = await create({ ...RECORDED, conversation_name: 'N' });
  expect((await api('GET', `/conversations/${id}`)).json).toEqual({
    conversation_id: id,
    conversation_name: 'N',
    status: 'active',
    conversation_url: `${simulator.url}/rooms/${id}`,
    callback_url: CALLBACK_URL,
    replica_id: 'r_laptop',
    persona_id: 'p_default',
    created_at: '2026-06-01T10:00:00.000000Z',
    updated_at: '2026-06-01T10:00:00.000000Z',
  });
});

test('verbose=true adds the events with type, timestamp and properties', async () => {
  const { api, create, clock } = await bench();
  const id = await create();
  await clock.advance(3_000);
  expect((await api('GET', `/conversations/${id}`)).json).not.toHaveProperty('events');
  expect((await api('GET', `/conversations/${id}?verbose=true`)).json['events']).toEqual([
    {
      event_type: 'system.replica_joined',
      timestamp: '2026-06-01T10:00:03.000000Z',
      properties: { replica_id: 'r_laptop' },
    },
  ]);
});

test.each([
  ['GET', ''],
  ['GET', '?verbose=true'],
  ['POST', '/end'],
  ['DELETE', ''],
  ['DELETE', '?hard=true'],
] as const)('%s of an unknown conversation%s is a 400, never a 404', async (method, rest) => {
  const { api } = await bench();
  expect(await api(method, `/conversations/c000000000000000${rest}`)).toMatchObject({
    status: 400,
    json: { error: 'Invalid conversation_id' },
  });
});

test('end returns 200 with an empty body, also a second time; faults change it to 204 and 400', async () => {
  const { api, create, sim } = await bench();
  const id = await create();
  expect(await api('POST', `/conversations/${id}/end`)).toMatchObject({ status: 200, text: '' });
  expect((await api('GET', `/conversations/${id}`)).json['status']).toBe('ended');
  expect((await api('POST', `/conversations/${id}/end`)).status).toBe(200);
  await sim('/faults', { endStatus: 204, secondEndStatus: 400 });
  expect((await api('POST', `/conversations/${id}/end`)).status).toBe(400);
  expect((await api('POST', `/conversations/${await create()}/end`)).status).toBe(204);
});

test('end accepts a request with a JSON content type and no body', async () => {
  const { create, simulator } = await bench();
  const headers = { 'x-api-key': 'tvsk_test', 'content-type': 'application/json' };
  const url = `${simulator.apiBaseUrl}/conversations/${await create()}/end`;
  expect((await fetch(url, { method: 'POST', headers })).status).toBe(200);
  expect((await fetch(url, { method: 'POST', headers, body: '' })).status).toBe(200);
});

test('a delete ends the conversation, makes it unknown, and does not change the bucket', async () => {
  const { api, clock, create, callbacks, cloud, simulator, recordOnce } = await bench();
  for (const rest of ['', '?hard=true']) {
    const id = await create();
    await recordOnce(id);
    await clock.advance(6_000);
    const before = [...cloud.objects.keys()];
    callbacks.length = 0;
    expect(await api('DELETE', `/conversations/${id}${rest}`)).toMatchObject({ status: 204, text: '' });
    expect((await api('GET', `/conversations/${id}`)).status).toBe(400);
    expect((await api('GET', '/conversations')).json['total_count']).toBe(0);
    await clock.advance(10);
    expect(callbacks[0]?.payload.properties).toMatchObject({
      shutdown_reason: 'daily_room_has_been_deleted',
    });
    expect([...cloud.objects.keys()]).toEqual(before);
    await simulator.callbacksSent();
  }
});

test('a soft delete keeps the events, a hard delete removes them permanently', async () => {
  const { api, clock, create, room } = await bench();
  const logged = async (id: string): Promise<number> => (await room(id)).logged.length;
  const soft = await create();
  const hard = await create();
  await clock.advance(3_000);
  await api('DELETE', `/conversations/${soft}`);
  await api('DELETE', `/conversations/${hard}?hard=true`);
  await clock.advance(300_000);
  expect(await logged(soft)).toBe(4);
  expect(await logged(hard)).toBe(0);
});

test('returns a replica and a persona; unknown ones are a 404, with a fault a 400', async () => {
  const { api, sim } = await bench();
  expect(await api('GET', '/replicas/r_laptop')).toMatchObject({
    status: 200,
    json: { replica_id: 'r_laptop', replica_name: 'Laptop replica', status: 'completed' },
  });
  expect(await api('GET', '/personas/p_laptop')).toMatchObject({
    status: 200,
    json: { persona_id: 'p_laptop', persona_name: 'Laptop persona' },
  });
  expect((await api('GET', '/replicas/r_x')).status).toBe(404);
  expect((await api('GET', '/personas/p_x')).status).toBe(404);
  await sim('/faults', { unknownCatalogueStatus: 400, personaShape: 'data' });
  expect((await api('GET', '/replicas/r_x')).status).toBe(400);
  expect((await api('GET', '/personas/p_laptop')).json).toMatchObject({ data: [{ persona_id: 'p_laptop' }] });
});
