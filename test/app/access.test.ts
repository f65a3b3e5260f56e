import { hkdfSync } from 'node:crypto';
import { macWith } from '../../app/security/mac';
import {
  CALLBACKS,
  closeEverything,
  OFF,
  ON,
  open,
  openBoth,
  PREVIOUS_SECRET,
  SECRET,
  SIGN_IN,
} from './helpers';
import { testPageTokens } from './tokens';

afterEach(closeEverything);

const START_KEY = 'a-start-key-of-24-letters';
const NOWHERE = 'http://127.0.0.1:1/v2';

describe('starting', () => {
  const KEYED = { ...OFF, START_API_KEY: START_KEY };

  test.each([
    ['no key', {}],
    ['another key', { authorization: 'Bearer another-key-of-24-letters' }],
    ['a part of the key', { authorization: `Bearer ${START_KEY.slice(0, -1)}` }],
    ['the key in another scheme', { authorization: `Basic ${START_KEY}` }],
    ['the key without a scheme', { authorization: START_KEY }],
  ])('is refused with %s', async (_case, headers) => {
    const both = await openBoth(KEYED);
    const reply = await both.post('/tavus/start', {}, headers);
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    expect(reply.json['type']).toBe('urn:problem-type:tavus-recordings:unauthorized');
    expect(await both.created()).toEqual([]);
  });

  test('is allowed with the key', async () => {
    const both = await openBoth(KEYED);
    const started = await both.start({}, { authorization: `Bearer ${START_KEY}` });
    expect(started.conversation_id).toEqual(expect.any(String));
  });

  test('needs both the key and the sign-in if both are configured', async () => {
    const both = await openBoth({ ...KEYED, ...CALLBACKS, EASY_AUTH: 'true' }, SIGN_IN);
    const key = { authorization: `Bearer ${START_KEY}` };
    expect((await both.post('/tavus/start', {}, key)).status).toBe(401);
    const all = { ...key, 'x-ms-client-principal-id': 'someone' };
    expect((await both.post('/tavus/start', {}, all)).status).toBe(200);
  });

  test('by GET is refused, so that a link cannot cost money', async () => {
    const both = await openBoth(OFF);
    const reply = await both.get('/tavus/start');
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST']);
    expect(reply.json['detail']).toBe(
      'Starting a conversation costs money, so a GET does not do it. Send a POST.',
    );
    expect(await both.created()).toEqual([]);
  });

  test.each([
    ['text/plain', 'recording=true'],
    ['application/x-www-form-urlencoded', 'recording=true'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('with %s is refused, because a form of another site could send it', async (type, body) => {
    const both = await openBoth(OFF);
    const reply = await both.post('/tavus/start', body, { 'content-type': type });
    expect([reply.status, reply.json['title']]).toEqual([415, 'Not JSON']);
    expect(await both.created()).toEqual([]);
  });

  test.each([
    [{ recording: 'yes' }, 'body.recording'],
    [{ recordng: true }, 'body'],
    [{ consent: { text_version: '1', accepted_at: 'today', locale: 'en' } }, 'body.consent.accepted_at'],
    [{ conversation_name: 'a\u0000b' }, 'body.conversation_name'],
    [{ conversation_name: 'x'.repeat(121) }, 'body.conversation_name'],
  ])('with %j is refused, and the error names the field', async (body, field) => {
    const both = await openBoth(OFF);
    const reply = await both.post('/tavus/start', body);
    expect(reply.status).toBe(400);
    expect(reply.json['fields']).toEqual([{ field, problem: expect.any(String) }]);
    expect(reply.json['detail']).toContain(`${field}: `);
    expect(await both.created()).toEqual([]);
  });
});

test.each([
  [413, `{"conversation_name":"${'x'.repeat(20_000)}"}`, 'too-large'],
  [400, '{"recording":', 'bad-request'],
  [400, '{"__proto__":{"recording":true}}', 'bad-request'],
])('an invalid body gets a problem response: %i', async (status, body, type) => {
  const backend = await open(NOWHERE, OFF);
  const reply = await backend.post('/tavus/start', body);
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  expect(reply.json['type']).toBe(`urn:problem-type:tavus-recordings:${type}`);
});

test.each(['/', '/tavus', '/tavus/start/x', '/tavus/%ff', `/tavus/status/${'x'.repeat(5000)}`])(
  'an invalid address gets a problem response: %s',
  async (path) => {
    const backend = await open(NOWHERE, OFF);
    const reply = await backend.get(path);
    expect([400, 404, 414]).toContain(reply.status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  },
);

describe('a page of another origin', () => {
  const PUBLIC = { ...ON, PUBLIC_BASE_URL: 'https://recordings.example.com', EASY_AUTH: 'true' };
  const WHO = { 'x-ms-client-principal-id': 'someone' };

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://recordings.example.com' }, 200],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'https://recordings.example.com' }, 200],
    [{}, 200],
  ])("is recognised by the browser's headers: %j gets %i", async (headers, status) => {
    const both = await openBoth(PUBLIC, SIGN_IN);
    const reply = await both.post('/tavus/start', {}, { ...WHO, ...headers });
    expect(reply.status).toBe(status);
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('may not end a conversation, report or read the status', async () => {
    const both = await openBoth(ON);
    const { conversation_id: id, page_token: token } = await both.start();
    const headers = { 'x-page-token': token, 'sec-fetch-site': 'cross-site' };
    const event = { event: 'recording-started', at: '2026-06-01T10:00:00Z' };
    expect((await both.post(`/tavus/end/${id}`, undefined, headers)).status).toBe(403);
    expect((await both.post(`/tavus/recording-events/${id}`, event, headers)).status).toBe(403);
    expect((await both.get(`/tavus/status/${id}`, headers)).status).toBe(403);
  });
});

/** The HMAC context of page tokens before they had an expiry. */
const macBefore = macWith(Buffer.from(hkdfSync('sha256', SECRET, '', 'tavus-recordings page token v1', 32)));

describe('a page token', () => {
  test.each([
    ['none', () => ({})],
    ['an invented one', () => ({ 'x-page-token': `r.${'A'.repeat(43)}` })],
    ['one changed to recorded', (token: string) => ({ 'x-page-token': token.replace(/^n/, 'r') })],
    ['one of another conversation', () => ({ 'x-page-token': testPageTokens([SECRET]).make('c0', true) })],
  ])('is required by end, events and status: %s gets 404', async (_case, headersOf) => {
    const both = await openBoth({ ...OFF, CALLBACK_SECRETS: SECRET });
    const { conversation_id: id, page_token: token } = await both.start();
    const headers = headersOf(token);
    const event = { event: 'recording-started', at: '2026-06-01T10:00:00Z' };
    expect((await both.post(`/tavus/end/${id}`, undefined, headers)).status).toBe(404);
    expect((await both.post(`/tavus/recording-events/${id}`, event, headers)).status).toBe(404);
    expect((await both.get(`/tavus/status/${id}`, headers)).status).toBe(404);
    const conversation = await both.tavus.api('GET', `/conversations/${id}`);
    expect(conversation.json['status']).toBe('active');
  });

  test.each([
    ['is good a second before', 1800 + 3600 - 1, [200, 200, 200]],
    ['is not found when', 1800 + 3600, [404, 404, 404]],
  ])('%s the longest call plus one hour', async (_case, seconds, expected) => {
    const both = await openBoth({ ...ON, TAVUS_MAX_CALL_DURATION_SEC: '1800' });
    const { conversation_id: id, page_token: token } = await both.start();
    both.clock.advance(seconds * 1000);
    const headers = { 'x-page-token': token };
    const event = { event: 'recording-started', at: '2026-06-01T10:00:00Z' };
    expect([
      (await both.get(`/tavus/status/${id}`, headers)).status,
      (await both.post(`/tavus/recording-events/${id}`, event, headers)).status,
      (await both.post(`/tavus/end/${id}`, undefined, headers)).status,
    ]).toEqual(expected);
  });

  test('with a changed expiry gets 404, and so does an old token without expiry', () => {
    const tokens = testPageTokens([SECRET]);
    const [flag, expiry, mac] = tokens.make('c1', true).split('.');
    expect(tokens.read('c1', `${flag}.${expiry}.${mac}`)).toEqual({ isRecorded: true });
    expect(tokens.read('c1', `${flag}.zzzzzzz.${mac}`)).toBeUndefined();
    expect(tokens.read('c1', `${flag}.${mac}`)).toBeUndefined();
    expect(tokens.read('c1', `r.${macBefore('r\nc1')}`)).toBeUndefined();
  });

  test('is valid after one rotation of the secret, but not after two', () => {
    const token = testPageTokens([PREVIOUS_SECRET]).make('c1', true);
    expect(testPageTokens([SECRET, PREVIOUS_SECRET]).read('c1', token)).toEqual({ isRecorded: true });
    expect(testPageTokens([SECRET]).read('c1', token)).toBeUndefined();
  });

  test('is invalid after a restart if no secret is configured', () => {
    expect(testPageTokens([]).read('c1', testPageTokens([]).make('c1', true))).toBeUndefined();
  });
});

describe('limits per caller', () => {
  test('allow a number of starts per minute, then send Retry-After', async () => {
    const backend = await open(NOWHERE, OFF, { limits: { starts: 2, others: 100 } });
    const statuses = [];
    for (let tries = 0; tries < 3; tries += 1) statuses.push((await backend.post('/tavus/start')).status);
    expect(statuses).toEqual([503, 503, 429]);
    const reply = await backend.post('/tavus/start');
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(reply.json['type']).toBe('urn:problem-type:tavus-recordings:too-many-requests');
  });
});
