import { makeCallbackToken } from './tokens';
import {
  BUCKET,
  closeEverything,
  ON,
  openBoth,
  PREVIOUS_SECRET,
  SECRET,
  type Both,
  type RunningBackend,
} from './helpers';

afterEach(closeEverything);

const START_ID = 'c'.repeat(32);
const deps = { newStartId: () => START_ID };
const AT = '2026-06-01T10:00:00.000000Z';

const pathOf = (clock: { now(): number }, secret = SECRET, startId = START_ID): string =>
  `/tavus/callback/${startId}/${makeCallbackToken(secret, startId, clock.now(), 3600)}`;

const event = (id: string, type: string, properties: object = {}, timestamp = AT) => ({
  conversation_id: id,
  event_type: type,
  timestamp,
  properties,
});
const keyOf = (id: string): string => `tavus/${id}/1780307900000`;
/** A page's status after {@link ready}. */
const announced = (id: string) => ({
  recording: 'announced',
  recordings: [{ key: keyOf(id), verified: false }],
});
const ready = (id: string, properties: object = {}) =>
  event(id, 'application.recording_ready', {
    bucket_name: BUCKET,
    s3_key: keyOf(id),
    duration: 63,
    ...properties,
  });

async function started(env = ON): Promise<{ both: Both; id: string; token: string }> {
  const both = await openBoth(env, deps);
  const { conversation_id: id, page_token: token } = await both.start();
  return { both, id, token };
}

const statusOf = async (backend: RunningBackend, id: string, token: string): Promise<unknown> =>
  (await backend.get(`/tavus/status/${id}`, { 'x-page-token': token })).json;

test.each([
  'system.replica_joined',
  'system.pal_joined',
  'system.shutdown',
  'application.transcription_ready',
  'application.recording_ready',
  'application.recording_copy_failed',
  'application.perception_analysis',
  'application.perception_unavailable',
  'application.post_call_action_executed',
  'canvas.interaction',
])('accepts %s, with and without properties, twice', async (type) => {
  const { both, id } = await started();
  for (const body of [event(id, type), { conversation_id: id, event_type: type }, event(id, type)]) {
    const reply = await both.post(pathOf(both.clock), body);
    expect([reply.status, reply.json]).toEqual([200, { received: true }]);
  }
  expect(both.log.find('Callback of an unknown type received')).toBeUndefined();
});

test('accepts and counts undocumented events, also without an event_type', async () => {
  const { both, id } = await started();
  await both.post(pathOf(both.clock), event(id, 'application.brand_new'));
  await both.post(pathOf(both.clock), { conversation_id: id, objective_name: 'o', output_variables: {} });
  const counted = both.log.lines().filter(({ msg }) => msg === 'Callback of an unknown type received');
  expect(counted).toMatchObject([
    { event_type: 'application.brand_new', unknown_callbacks: 1 },
    { event_type: 'none', unknown_callbacks: 2 },
  ]);
});

describe('a field of an unexpected type does not lose an announcement', () => {
  test.each([
    ['a numeric timestamp', { timestamp: 1780307963.123 }],
    ['a timestamp of null', { timestamp: null }],
    ['a timestamp that is an object', { timestamp: { seconds: 1 } }],
    ['a timestamp without end', { timestamp: '9'.repeat(1000) }],
    ['no timestamp', { timestamp: undefined }],
  ])('%s', async (_case, odd) => {
    const { both, id, token } = await started();
    const reply = await both.post(pathOf(both.clock), { ...ready(id), ...odd });
    expect([reply.status, await statusOf(both, id, token)]).toEqual([200, announced(id)]);
  });

  test.each([
    ['properties of null', { properties: null }],
    ['properties that are a list', { properties: ['a'] }],
    ['properties that are text', { properties: 'none' }],
  ])('a shutdown with %s still ends the conversation', async (_case, odd) => {
    const { both, id } = await started();
    const reply = await both.post(pathOf(both.clock), { ...event(id, 'system.shutdown'), ...odd });
    expect(reply.status).toBe(200);
    expect(both.log.find('Conversation ended')).toMatchObject({ conversation_id: id, reason: 'not given' });
  });

  test.each([null, 7, 'x'.repeat(300)])('the event type %p counts as missing', async (type) => {
    const { both, id } = await started();
    const reply = await both.post(pathOf(both.clock), { conversation_id: id, event_type: type });
    expect(reply.status).toBe(200);
    expect(both.log.find('Callback of an unknown type received')).toMatchObject({ event_type: 'none' });
  });

  test('numeric timestamps distinguish a repeated event from a new one', async () => {
    const { both, id } = await started();
    for (const timestamp of [1, 1, 2]) {
      await both.post(pathOf(both.clock), { ...event(id, 'system.replica_joined'), timestamp });
    }
    const known = both.log.messages().filter((line) => line.startsWith('Callback received'));
    expect(known).toEqual(['Callback received', 'Callback received again', 'Callback received']);
  });
});

describe('a refused callback with a valid address logs a warning with the reason', () => {
  test.each<[string, unknown, number, string]>([
    ['no JSON', 'not json', 400, 'The body is not JSON.'],
    [
      'no conversation',
      { event_type: 'system.shutdown' },
      400,
      'body.conversation_id: Invalid input: expected string, received undefined. Nothing was done.',
    ],
    [
      'another conversation',
      { conversation_id: 'c0', event_type: 'system.shutdown' },
      404,
      'It names a conversation that this start did not make.',
    ],
    [
      'more than is read',
      { conversation_id: 'c0', transcript: 'x'.repeat(300_000) },
      413,
      'The body is larger than this route accepts.',
    ],
  ])('%s', async (_case, body, status, reason) => {
    const { both } = await started();
    const reply = await both.post(pathOf(both.clock), body);
    expect(reply.status).toBe(status);
    expect(both.log.find('Callback refused')).toMatchObject({ level: 'warn', status, reason });
    expect(reply.text).not.toContain('did not make');
  });

  test('a callback with an invalid address logs no warning, because any caller can send one', async () => {
    const { both } = await started();
    await both.post(`/tavus/callback/${START_ID}/zzz.${'A'.repeat(43)}`, 'not json');
    expect(both.log.find('Callback refused')).toBeUndefined();
  });

  test('also at the log level error', async () => {
    const { both } = await started({ ...ON, LOG_LEVEL: 'error' });
    await both.post(pathOf(both.clock), 'not json');
    expect(both.log.find('Callback refused')).toMatchObject({ level: 'warn' });
  });
});

describe('recording_ready', () => {
  test.each([
    ['of before May 2026', {}],
    ['of since then', { storage_provider: 's3', storage_uri: 's3://acme-recordings/somewhere' }],
  ])('%s is logged, with key and delay', async (_case, properties) => {
    const { both, id, token } = await started();
    await both.post(pathOf(both.clock), ready(id, properties));
    expect(both.log.find('Recording announced')).toMatchObject({
      conversation_id: id,
      key: keyOf(id),
      duration_sec: 63,
      delay_ms: both.clock.now() - 1780307900000 - 63_000,
    });
    expect(await statusOf(both, id, token)).toEqual(announced(id));
  });

  test('with only the address is accepted', async () => {
    const { both, id, token } = await started();
    const uri = `s3://${BUCKET}/${keyOf(id)}`;
    await both.post(pathOf(both.clock), event(id, 'application.recording_ready', { storage_uri: uri }));
    expect(await statusOf(both, id, token)).toMatchObject({ recording: 'announced' });
  });

  test.each([
    ['another bucket', { bucket_name: 'somebody-else' }, ['bucket']],
    ['the key of another conversation', { s3_key: keyOf('c0') }, ['key']],
    ['another kind of key', { s3_key: 'tavus/../../etc/passwd' }, ['key']],
    ['another provider', { storage_provider: 'gcs' }, ['provider']],
    ['neither bucket nor key', { bucket_name: 7, s3_key: null }, ['bucket', 'key']],
  ])('with %s is not our recording, and logs an error', async (_case, properties, wrong) => {
    const { both, id, token } = await started();
    expect((await both.post(pathOf(both.clock), ready(id, properties))).status).toBe(200);
    expect(both.log.find('Recording announced where it should not be')).toMatchObject({ wrong });
    expect(await statusOf(both, id, token)).toEqual({ recording: 'waiting', recordings: [] });
  });

  test('again is logged once', async () => {
    const { both, id } = await started();
    for (let times = 0; times < 3; times += 1) await both.post(pathOf(both.clock), ready(id));
    expect(both.log.messages().filter((message) => message === 'Recording announced')).toHaveLength(1);
  });
});

test('a shutdown is logged with its reason, under both names of the field', async () => {
  const { both, id } = await started();
  const one = event(id, 'system.shutdown', { shutdown_reason: 'max_call_duration reached' });
  const other = event(id, 'system.shutdown', { reason: 'max_call_duration' }, '2026-06-01T10:00:01Z');
  await both.post(pathOf(both.clock), one);
  await both.post(pathOf(both.clock), other);
  const reasons = both.log.lines().filter(({ msg }) => msg === 'Conversation ended');
  expect(reasons.map(({ reason }) => reason)).toEqual(['max_call_duration reached', 'max_call_duration']);
});

test('a failed copy is an error until the recording is announced', async () => {
  const { both, id, token } = await started();
  const failed = event(id, 'application.recording_copy_failed', {
    s3_key: keyOf(id),
    error_code: 'DESTINATION_AUTH_FAILED',
  });
  await both.post(pathOf(both.clock), failed);
  expect(both.log.find('Recording could not be copied into the bucket')).toMatchObject({
    error_code: 'DESTINATION_AUTH_FAILED',
  });
  expect(await statusOf(both, id, token)).toEqual({ recording: 'waiting', recordings: [] });
  await both.post(pathOf(both.clock), ready(id));
  expect(await statusOf(both, id, token)).toMatchObject({ recording: 'announced' });
});

describe('gets 404 for every reason', () => {
  const rejected: readonly (readonly [string, (clock: { now(): number }) => string])[] = [
    ['a made-up token', () => `/tavus/callback/${START_ID}/zzzzzz.${'A'.repeat(43)}`],
    ['no mac', () => `/tavus/callback/${START_ID}/zzzzzz`],
    ['a token of another start', (clock) => pathOf(clock).replace(START_ID, 'd'.repeat(32))],
    ['a token with another expiry', (clock) => pathOf(clock).replace(/\/(\w+)\./, '/zzzzzz.')],
    ['a token that expired', (clock) => pathOf({ now: () => clock.now() - 3_600_000 })],
    ['a token from the far future', (clock) => pathOf({ now: () => clock.now() + 30 * 86_400_000 })],
    ['a token of a secret that is neither', (clock) => pathOf(clock, PREVIOUS_SECRET)],
    ['a start id of another form', (clock) => pathOf(clock, SECRET, 'c1')],
  ];
  test.each(rejected)('%s', async (_case, path) => {
    const { both, id } = await started();
    const reply = await both.post(path(both.clock), ready(id));
    expect([reply.status, { ...reply.json, instance: '' }]).toEqual([
      404,
      {
        type: 'urn:problem-type:tavus-recordings:not-found',
        title: 'Not found',
        status: 404,
        detail: 'There is nothing here. For a conversation, check its id and its token.',
        instance: '',
      },
    ]);
  });

  test("a valid token with another conversation's name", async () => {
    const { both, id } = await started();
    expect((await both.post(pathOf(both.clock), ready(`${id}0`))).status).toBe(404);
  });

  test('before the body is read: a forged one of any size and type', async () => {
    const { both } = await started();
    const reply = await both.post(`/tavus/callback/${START_ID}/1.x`, 'x'.repeat(1_000_000));
    expect(reply.status).toBe(404);
  });
});

test('refuses more than 256 KB, and a body that is not a callback', async () => {
  const { both, id } = await started();
  const path = pathOf(both.clock);
  const filled = (bytes: number): string => {
    const empty = JSON.stringify(event(id, 'system.replica_joined', { fill: '' }));
    return empty.replace('"fill":""', `"fill":"${'x'.repeat(bytes - empty.length)}"`);
  };
  expect((await both.post(path, filled(256 * 1024))).status).toBe(200);
  expect((await both.post(path, filled(256 * 1024 + 1))).status).toBe(413);
  for (const body of ['', '{', '[]', 'null', '"text"', '{}', '{"conversation_id":7}']) {
    expect([body, (await both.post(path, body)).status]).toEqual([body, 400]);
  }
});

test('needs no content type, because none is documented', async () => {
  const { both, id } = await started();
  const reply = await both.post(pathOf(both.clock), ready(id), { 'content-type': 'text/plain' });
  expect(reply.status).toBe(200);
});

test('the previous secret is valid until it is removed', async () => {
  const { both, id } = await started({ ...ON, CALLBACK_SECRETS: `${SECRET},${PREVIOUS_SECRET}` });
  expect((await both.post(pathOf(both.clock, PREVIOUS_SECRET), ready(id))).status).toBe(200);
});

describe('before the response to the create request', () => {
  test('is stored, and counts once the conversation is known', async () => {
    const both = await openBoth(ON, deps, { faults: { latencyMs: 1000 } });
    const pending = both.start();
    await both.tavus.clock.untilWaitingFor(1000);
    const { requests }: { requests: { conversation_id: string }[] } = JSON.parse(
      (await both.tavus.sim('/requests')).text,
    );
    const id = String(requests[0]?.conversation_id);
    expect((await both.post(pathOf(both.clock), ready(id))).status).toBe(200);
    expect((await both.post(pathOf(both.clock), ready('c0'))).status).toBe(200);
    await both.tavus.clock.advance(1000);
    const { page_token: token } = await pending;
    expect(await statusOf(both, id, token)).toEqual(announced(id));
    expect(both.log.find('Recording announced where it should not be')).toBeUndefined();
  });
});

describe('after a restart', () => {
  test("finds its conversation by the callback address in Tavus's response", async () => {
    const { both, id, token } = await started();
    const next = await both.restart();
    expect((await next.post(pathOf(next.clock), ready(id))).status).toBe(200);
    expect(next.log.find('Recording announced')).toMatchObject({ conversation_id: id });
    expect(await statusOf(next, id, token)).toEqual(announced(id));
  });

  test('is refused if Tavus does not know the conversation, or it has another callback address', async () => {
    const { both } = await started();
    const other = await both.tavus.create();
    const next = await both.restart();
    expect((await next.post(pathOf(next.clock), ready('c0'))).status).toBe(404);
    expect((await next.post(pathOf(next.clock), ready(other))).status).toBe(404);
  });

  test('gets a status that makes Tavus retry, if Tavus cannot be reached', async () => {
    const { both, id } = await started();
    const next = await both.restart();
    await both.tavus.sim('/faults', { apiFault: 'html-500' });
    const reply = await next.post(pathOf(next.clock), ready(id));
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '60']);
  });
});
