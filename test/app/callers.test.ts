import { callerAddress, isTrustedProxy, normalAddress } from '../../app/security/caller-address';
import { readConfig } from '../../app/config';
import { DEFAULT_LIMITS } from '../../app/http/limits';
import type { RateLimits } from '../../app/http/limits';
import { closeEverything, OFF, ON, open, openBoth, SECRET, type RunningBackend } from './helpers';
import { makeCallbackToken } from './tokens';

afterEach(closeEverything);

const NOWHERE = 'http://127.0.0.1:1/v2';
const START_KEY = 'a-start-key-of-24-letters';
const KEYED = { authorization: `Bearer ${START_KEY}` };
const PUBLIC = {
  ...OFF,
  CALLBACK_SECRETS: SECRET,
  START_API_KEY: START_KEY,
  PUBLIC_BASE_URL: 'https://recordings.example.com',
};
const FRONT_DOOR_ID = 'aaaaaaaa-2222-4333-8444-555555555555';
const LIMITS: RateLimits = { starts: 2, others: 2 };
const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });

const statuses = async (
  times: number,
  send: (time: number) => Promise<{ readonly status: number }>,
): Promise<number[]> => {
  const all: number[] = [];
  for (let time = 0; time < times; time += 1) all.push((await send(time)).status);
  return all;
};

describe('an address', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:DB8:1:2::ffff', '2001:db8:1:2::'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::'],
    ['[2001:db8:1:2::9]:51234', '2001:db8:1:2::'],
    ['2001:db8:1:3::9', '2001:db8:1:3::'],
    ['unknown', undefined],
    ['', undefined],
    ['203.0.113.7:x', undefined],
    ['999.0.0.1', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%s is counted as %s', (text, normal) => expect(normalAddress(text)).toBe(normal));

  test.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['::ffff:10.1.2.3', true],
    ['10.1.2.3:4567', true],
    ['100.100.0.7', true],
    ['192.168.1.1', true],
    ['172.31.255.255', true],
    ['169.254.1.1', true],
    ['fd00::1', true],
    ['198.51.100.9', true],
    ['198.51.100.9:80', true],
    ['2001:db8:77::1', true],
    ['172.32.0.1', false],
    ['198.51.101.9', false],
    ['2001:db8:78::1', false],
    ['unknown', false],
  ])('%s is a trusted proxy: %s', (address, isBelieved) => {
    const config = readConfig({ ...PUBLIC, TRUSTED_PROXIES: '198.51.100.0/24, 2001:db8:77::/48' });
    expect(isTrustedProxy(config)(address)).toBe(isBelieved);
  });

  test('a value that is not an address falls back to the sender', () => {
    const sender = { ip: 'unknown', socket: { remoteAddress: '::ffff:10.0.0.1' }, headers: {} };
    expect(callerAddress({ frontDoorId: undefined }, sender)).toBe('10.0.0.1');
  });
});

test.each(['not-an-address', '198.51.100.0/33', '0.0.0.0/0', '::/0', '198.51.100.1,,', '10.0.0.0/8;x'])(
  'TRUSTED_PROXIES refuses %s',
  (value) => expect(() => readConfig({ ...PUBLIC, TRUSTED_PROXIES: value })).toThrow('TRUSTED_PROXIES: '),
);

describe('a limit', () => {
  const tries = (backend: RunningBackend, headersOf: (time: number) => Record<string, string>, times = 4) =>
    statuses(times, (time) => backend.post('/tavus/start', {}, headersOf(time)));

  test.each<[string, (time: number) => string]>([
    ['inside a /64', (time) => `2001:db8:1:2::${time + 1}`],
    ['by port', (time) => `203.0.113.7:${time + 5000}`],
    [
      'by spelling',
      (time) => ['203.0.113.7', '::ffff:203.0.113.7', '203.0.113.7:1', '::ffff:cb00:7107'][time] ?? '',
    ],
    ['by a claim before the real address', (time) => `198.51.100.${time}, 203.0.113.7`],
    ['by words', (time) => `_hidden${time}`],
  ])('applies to a caller who rotates addresses %s', async (_case, address) => {
    const backend = await open(NOWHERE, PUBLIC, { limits: LIMITS });
    expect(await tries(backend, (time) => from(address(time)))).toEqual([401, 401, 429, 429]);
  });

  test('is separate for each caller behind a trusted proxy, and shared behind any other', async () => {
    const headersOf = (time: number) => from(`203.0.113.${time}, 198.51.100.9`);
    const named = await open(NOWHERE, { ...PUBLIC, TRUSTED_PROXIES: '198.51.100.0/24' }, { limits: LIMITS });
    expect(await tries(named, headersOf)).toEqual([401, 401, 401, 401]);
    const unnamed = await open(NOWHERE, PUBLIC, { limits: LIMITS });
    expect(await tries(unnamed, headersOf)).toEqual([401, 401, 429, 429]);
  });

  test('trusts no proxy on a laptop', async () => {
    const { PUBLIC_BASE_URL: _public, ...here } = PUBLIC;
    const backend = await open(NOWHERE, here, { limits: LIMITS });
    expect(await tries(backend, (time) => from(`203.0.113.${time}`))).toEqual([401, 401, 429, 429]);
  });

  test('for wrong keys never locks out a caller with the right key', async () => {
    const both = await openBoth(PUBLIC, { limits: LIMITS });
    const wrong = { ...from('203.0.113.7'), authorization: 'Bearer another-key-of-24-letters' };
    const guesses = await statuses(50, () => both.post('/tavus/start', {}, wrong));
    expect(guesses.filter((status) => status === 401)).toHaveLength(2);
    expect(guesses.filter((status) => status === 429)).toHaveLength(48);
    expect(await both.created()).toEqual([]);
    const right = { ...KEYED, ...from('203.0.113.7') };
    expect(await statuses(3, () => both.post('/tavus/start', {}, right))).toEqual([200, 200, 429]);
  });

  test('of a signed-in user is not used up by another caller with the same name or address', async () => {
    const { START_API_KEY: _key, ...env } = PUBLIC;
    const answer = { status: 401, location: undefined };
    const both = await openBoth(
      { ...env, EASY_AUTH: 'true' },
      { limits: LIMITS, askUnauthenticated: () => Promise.resolve(answer) },
    );
    await statuses(5, () => both.post('/tavus/start', {}, from('203.0.113.7')));
    const ana = { ...from('203.0.113.7'), 'x-ms-client-principal-id': 'ana' };
    expect(await statuses(3, () => both.post('/tavus/start', {}, ana))).toEqual([200, 200, 429]);
    const ben = { ...from('203.0.113.7'), 'x-ms-client-principal-id': 'ben' };
    expect((await both.post('/tavus/start', {}, ben)).status).toBe(200);
  });

  test('of a user is not used up by another site in their browser', async () => {
    const both = await openBoth(OFF, { limits: LIMITS });
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect(await statuses(3, () => both.post('/tavus/start', {}, foreign))).toEqual([403, 403, 429]);
    expect((await both.post('/tavus/start')).status).toBe(200);
  });

  test('of a page is not used up by wrong tokens from the same address, not even for ending', async () => {
    const both = await openBoth(ON, { limits: LIMITS });
    const { conversation_id: id, page_token: token } = await both.start();
    const { conversation_id: other, page_token: otherToken } = await both.start();
    for (const path of [`/tavus/status/${id}`, '/tavus/status/c0']) {
      await statuses(5, () => both.get(path, { 'x-page-token': 'r.x' }));
    }
    await statuses(5, () => both.post('/tavus/end/c0', { page_token: 'r.x' }));
    expect((await both.get(`/tavus/status/${id}`, { 'x-page-token': 'r.x' })).status).toBe(429);
    const mine = { 'x-page-token': token };
    expect(await statuses(3, () => both.get(`/tavus/status/${id}`, mine))).toEqual([200, 200, 429]);
    expect((await both.get(`/tavus/status/${other}`, { 'x-page-token': otherToken })).status).toBe(200);
    expect((await both.post(`/tavus/end/${id}`, { page_token: token })).status).toBe(200);
  });

  test('sends its headers only to refused callers', async () => {
    const both = await openBoth(OFF, { limits: LIMITS });
    const request = async (): Promise<unknown> => {
      const { status, headers } = await both.post('/tavus/start');
      const names = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
      return [status, names.filter((name) => headers.has(name))];
    };
    expect(await request()).toEqual([200, []]);
    expect(await request()).toEqual([200, []]);
    expect(await request()).toEqual([
      429,
      ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
    ]);
  });

  test('is on unless a test switches it off', () =>
    expect(DEFAULT_LIMITS).toEqual({ starts: 10, others: 120 }));
});

describe('behind Front Door', () => {
  const env = { ...PUBLIC, FRONT_DOOR_ID: FRONT_DOOR_ID.toUpperCase() };

  test.each([
    ['without its id', {}],
    ['with the id of another one', { 'x-azure-fdid': FRONT_DOOR_ID.replace('2', '3') }],
    ['with an empty id', { 'x-azure-fdid': '' }],
  ])('a request %s is refused, also with the right key', async (_case, headers) => {
    const both = await openBoth(env, { assetsDir: 'none' });
    const reply = await both.post('/tavus/start', {}, { ...KEYED, ...headers });
    expect([reply.status, reply.json['type']]).toEqual([
      403,
      'urn:problem-type:tavus-recordings:not-by-front-door',
    ]);
    expect((await both.get('/qa/config', headers)).status).toBe(403);
    expect((await both.get('/nothing', headers)).status).toBe(403);
    expect(await both.created()).toEqual([]);
  });

  test('health, readiness and callbacks need no id', async () => {
    const backend = await open(NOWHERE, env);
    expect((await backend.get('/healthz')).status).toBe(200);
    expect((await backend.get('/readyz')).status).toBe(200);
    expect((await backend.post('/tavus/callback/x/y', {})).status).toBe(404);
    const startId = 'f'.repeat(32);
    const token = makeCallbackToken(SECRET, startId, backend.clock.now(), 60);
    const reply = await backend.post(`/tavus/callback/${startId}/${token}`, { conversation_id: 'c1' });
    // Tavus cannot be reached here, so the request was accepted.
    expect(reply.status).toBe(503);
  });

  test("the caller's address is read from Front Door's header, only with its id", async () => {
    const limits = { limits: LIMITS };
    const by = (time: number) => ({ 'x-azure-clientip': `203.0.113.${time}` });
    const behind = await open(NOWHERE, env, limits);
    const passed = (time: number) => ({ ...by(time), 'x-azure-fdid': FRONT_DOOR_ID });
    expect(await statuses(4, (time) => behind.post('/tavus/start', {}, passed(time)))).toEqual([
      401, 401, 401, 401,
    ]);
    expect(await statuses(4, () => behind.post('/tavus/start', {}, passed(9)))).toEqual([401, 401, 429, 429]);
    const direct = await open(NOWHERE, PUBLIC, limits);
    expect(await statuses(3, (time) => direct.post('/tavus/start', {}, passed(time)))).toEqual([
      401, 401, 429,
    ]);
    expect(await statuses(3, (time) => behind.post('/tavus/callback/x/y', {}, by(time)))).toEqual([
      404, 404, 429,
    ]);
  });
});
