import { bench, CALLBACK_URL, closeAll, FLAT, RECORDED, START } from './helpers';

afterEach(closeAll);

test('a creation returns 200 with the documented fields only', async () => {
  const { api, simulator } = await bench();
  const { status, json } = await api('POST', '/conversations', RECORDED);
  const id = String(json['conversation_id']);
  expect(status).toBe(200);
  expect(id).toMatch(/^c[0-9a-f]{15}$/);
  expect(json).toEqual({
    conversation_id: id,
    conversation_name: `New Conversation ${START}`,
    conversation_url: `${simulator.url}/rooms/${id}`,
    status: 'active',
    callback_url: CALLBACK_URL,
    created_at: '2026-06-01T10:00:00.000000Z',
  });
});

test('callback_url is empty if the request has none', async () => {
  const { api } = await bench();
  const { json } = await api('POST', '/conversations', { replica_id: 'r_laptop' });
  expect(json['callback_url']).toBe('');
});

test('roomBaseUrl and conversation_name are used', async () => {
  const { api } = await bench({ roomBaseUrl: 'https://rooms.example' });
  const { json } = await api('POST', '/conversations', {
    replica_id: 'r_laptop',
    conversation_name: 'Intake',
  });
  expect(json).toMatchObject({
    conversation_name: 'Intake',
    conversation_url: `https://rooms.example/${String(json['conversation_id'])}`,
  });
});

test('meeting_token is returned for a top-level require_auth only, and looks like a JWT', async () => {
  const { api } = await bench();
  const { json } = await api('POST', '/conversations', { replica_id: 'r_laptop', require_auth: true });
  expect(json['meeting_token']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  const nested = { replica_id: 'r_laptop', properties: { require_auth: true } };
  expect((await api('POST', '/conversations', nested)).json).not.toHaveProperty('meeting_token');
});

test('test_mode: checks the request, ends at once, takes no slot, sends no callback and records nothing', async () => {
  const { api, simulator, clock, callbacks, sim, room, cloud } = await bench({
    faults: { maxConcurrent: 1 },
  });
  const { json } = await api('POST', '/conversations', { ...RECORDED, test_mode: true });
  expect(json['status']).toBe('ended');
  expect(cloud.assumed).toHaveLength(1);
  const id = String(json['conversation_id']);
  expect((await sim(`/rooms/${id}/join`, {})).status).toBe(409);
  await clock.advance(4_000_000);
  expect(callbacks).toEqual([]);
  expect((await room(id)).recordings).toEqual([]);
  expect((await api('GET', `/conversations/${id}?verbose=true`)).json['events']).toEqual([]);
  expect((await api('POST', '/conversations', RECORDED)).status).toBe(200);

  cloud.role = undefined;
  expect((await api('POST', '/conversations', { ...RECORDED, test_mode: true })).status).toBe(400);
  await simulator.close();
});

test.each([
  ['replica alone', { replica_id: 'r_laptop' }],
  ['replica by its newer name', { face_id: 'r_laptop' }],
  ['persona with a default replica', { persona_id: 'p_laptop' }],
  ['persona by its newer name', { pal_id: 'p_laptop' }],
  [
    'persona without a default replica, and a replica',
    { persona_id: 'p_laptop_bare', replica_id: 'r_laptop' },
  ],
])('creates with %s', async (_name, body) => {
  const { api } = await bench();
  expect((await api('POST', '/conversations', body)).status).toBe(200);
});

test("the request's replica takes precedence over the persona's", async () => {
  const replicas = ['r_one', 'r_two'].map((id) => ({ replica_id: id, replica_name: id }));
  const personas = [{ persona_id: 'p_one', persona_name: 'One', default_replica_id: 'r_one' }];
  const { api, create } = await bench({ replicas, personas });
  const id = await create({ persona_id: 'p_one', replica_id: 'r_two' });
  expect((await api('GET', `/conversations/${id}`)).json).toMatchObject({
    replica_id: 'r_two',
    persona_id: 'p_one',
  });
});

const GENERIC =
  'There was an error creating the conversation, please reach out to support at support@tavus.io!';

test.each([
  ['neither replica nor persona', {}, GENERIC],
  ['an unknown replica', { replica_id: 'r_unknown' }, 'Invalid replica_uuid'],
  ["a persona's id in replica_id", { replica_id: 'p_laptop' }, 'Invalid replica_uuid'],
  ['an unknown replica by the newer name', { face_id: 'r_unknown' }, 'Invalid face_id'],
  ['an unknown persona', { persona_id: 'p_unknown' }, 'Invalid persona_id'],
  ['a persona without any replica', { persona_id: 'p_laptop_bare' }, 'Invalid replica_uuid'],
])('refuses %s', async (_name, body, text) => {
  const { api } = await bench();
  expect(await api('POST', '/conversations', body)).toMatchObject({ status: 400, json: { error: text } });
});

test.each([
  ['text that is not JSON', '{"replica_id":'],
  ['no body', ''],
  ['a list', []],
  ['a number', '7'],
])('refuses %s', async (_name, body) => {
  const { api } = await bench();
  const { status, json } = await api('POST', '/conversations', body);
  expect(status).toBe(400);
  expect(json['error']).toMatch(/^The request body is not/);
});

test.each([
  ['max_participants', { max_participants: 1 }],
  ['audio_only', { audio_only: 'yes' }],
  ['replica_id', { replica_id: 7 }],
  ['document_ids', { document_ids: 'd1' }],
  ['document_retrieval_strategy', { document_retrieval_strategy: 'fast' }],
  ['properties', { properties: [] }],
  ['properties.max_call_duration', { properties: { max_call_duration: 1.5 } }],
  ['properties.enable_recording', { properties: { enable_recording: 'true' } }],
  ['properties.aws_assume_role_arn', { properties: { aws_assume_role_arn: null } }],
])('refuses a wrong type and names the field: %s', async (field, body) => {
  const { api } = await bench();
  const { status, json } = await api('POST', '/conversations', { replica_id: 'r_laptop', ...body });
  expect(status).toBe(400);
  expect(String(json['error']).startsWith(`${field}: `)).toBe(true);
});

test('accepts unknown fields and lists them in /sim/requests', async () => {
  const { api, sim } = await bench();
  const body = { replica_id: 'r_laptop', brand_new: 1, properties: { also_new: true } };
  expect((await api('POST', '/conversations', body)).status).toBe(200);
  expect((await sim('/requests')).json).toMatchObject({ requests: [{ body, status: 200 }] });
});

test('reports the first failure: JSON, types, ids, storage, role, concurrency', async () => {
  const { api, cloud, create } = await bench({ faults: { maxConcurrent: 1 } });
  await create();
  cloud.role = undefined;
  const body = { audio_only: 1, replica_id: 'r_unknown', properties: { ...FLAT, aws_assume_role_arn: '' } };
  const errorOf = async (change: object): Promise<unknown> => {
    const { json } = await api('POST', '/conversations', { ...body, ...change });
    return json['error'] ?? json['message'];
  };
  expect(await errorOf({})).toMatch(/^audio_only: /);
  expect(await errorOf({ audio_only: true })).toBe('Invalid replica_uuid');
  const ids = { audio_only: true, replica_id: 'r_laptop' };
  expect(await errorOf(ids)).toMatch(/^recording_storage\.assume_role_arn: /);
  expect(await errorOf({ ...ids, properties: FLAT })).toBe('unable to assume role with given parameters');
  expect(await errorOf({ ...ids, properties: {} })).toBe('User has reached maximum concurrent conversations');
});

test('refuses more concurrent conversations than the limit, per API key', async () => {
  const { api } = await bench({ faults: { maxConcurrent: 2 } });
  const create = (key?: string): ReturnType<typeof api> => api('POST', '/conversations', RECORDED, key);
  expect([(await create()).status, (await create()).status]).toEqual([200, 200]);
  expect(await create()).toMatchObject({
    status: 400,
    json: { message: 'User has reached maximum concurrent conversations' },
  });
  expect((await create('tvsk_other')).status).toBe(200);
});

test('concurrencyStatus: the refusal can be a 429', async () => {
  const { api } = await bench({ faults: { maxConcurrent: 0, concurrencyStatus: 429 } });
  expect((await api('POST', '/conversations', RECORDED)).status).toBe(429);
});

test('an ended conversation does not count for the limit', async () => {
  const { api, create } = await bench({ faults: { maxConcurrent: 1 } });
  await api('POST', `/conversations/${await create()}/end`);
  expect((await api('POST', '/conversations', RECORDED)).status).toBe(200);
});
