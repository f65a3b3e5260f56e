import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CALLBACKS, closeEverything, OFF, ON, open, REGION, type RunningBackend } from './helpers';

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-pages-'));
mkdirSync(path.join(folder, 'assets'));
writeFileSync(path.join(folder, 'qa.html'), '<!doctype html>');
writeFileSync(path.join(folder, 'assets', 'qa-ABCD1234.js'), 'export {};');
writeFileSync(path.join(folder, 'assets', 'qa.css'), 'p {}');
writeFileSync(path.join(folder, 'secret.txt'), 'not an asset');

afterEach(closeEverything);
afterAll(() => rmSync(folder, { recursive: true }));

const served = (env: NodeJS.ProcessEnv = ON): Promise<RunningBackend> =>
  open('http://127.0.0.1:1/v2', env, { assetsDir: folder });

test('the page frames only the room, and gives only it access to the devices', async () => {
  const backend = await served({ ...ON, ROOM_ORIGIN: 'https://rooms.example.com' });
  const reply = await backend.get('/qa');
  expect([reply.status, reply.text]).toEqual([200, '<!doctype html>']);
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy':
      "default-src 'self'; script-src 'self'; style-src 'self'; frame-src https://rooms.example.com; " +
      "connect-src 'self'; img-src 'self' data:; media-src 'self'; object-src 'none'; base-uri 'none'; " +
      "frame-ancestors 'none'; form-action 'self'",
    'permissions-policy':
      'camera=(self "https://rooms.example.com"), microphone=(self "https://rooms.example.com"), ' +
      'display-capture=(self "https://rooms.example.com")',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
});

describe('a room on a fallback domain of Daily', () => {
  const policies = async (env: NodeJS.ProcessEnv) => {
    const { headers } = await (await served(env)).get('/qa');
    return `${headers.get('content-security-policy')} ${headers.get('permissions-policy')}`;
  };
  const ROOMS = ['https://tavus.daily.co', 'https://tavus.dailywebrtc.com', 'https://tavus.dailywebrtc.net'];

  test.each(ROOMS)('is framed and gets the devices with %s', async (room) => {
    const { headers } = await (await served({ ...ON, ROOM_ORIGIN: room })).get('/qa');
    const [, frames = ''] = /frame-src ([^;]*)/.exec(headers.get('content-security-policy') ?? '') ?? [];
    expect(frames.split(' ').toSorted()).toEqual(ROOMS);
    const [, camera = ''] = /camera=\(self ([^)]*)\)/.exec(headers.get('permissions-policy') ?? '') ?? [];
    expect(camera.split(' ').toSorted()).toEqual(ROOMS.map((origin) => `"${origin}"`));
  });

  test.each(['https://tavus.daily.co.example.com', 'https://evildaily.co', 'http://localhost:9000'])(
    'does not allow others: %s',
    async (room) => {
      expect(await policies({ ...ON, ROOM_ORIGIN: room })).not.toContain('dailywebrtc');
    },
  );
});

test.each([
  ['qa-ABCD1234.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['qa.css', 'text/css; charset=utf-8', 'no-cache'],
])('serves %s as %s', async (name, type, caching) => {
  const reply = await (await served()).get(`/qa/assets/${name}`);
  expect([reply.status, reply.headers.get('content-type'), reply.headers.get('cache-control')]).toEqual([
    200,
    type,
    caching,
  ]);
});

test.each(['/', '/qa/', '/?lang=en'])('redirects %s to the page', async (address) => {
  const { url } = await served();
  for (const method of ['GET', 'HEAD']) {
    const reply = await fetch(`${url}${address}`, { method, redirect: 'manual' });
    expect([reply.status, reply.headers.get('location'), reply.headers.get('cache-control')]).toEqual([
      302,
      '/qa',
      'no-store',
    ]);
  }
});

test('serves no page to a refused request', async () => {
  const { url } = await served({
    ...ON,
    PUBLIC_BASE_URL: 'https://recordings.example.com',
    START_API_KEY: 'a-key-of-16-characters',
    FRONT_DOOR_ID: '11111111-2222-4333-8444-555555555555',
  });
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(403);
});

test.each(['x.js', '../secret.txt', '..%2fsecret.txt', '%2e%2e/secret.txt', '/etc/passwd', ''])(
  'serves nothing else: %s',
  async (name) => {
    const reply = await (await served()).get(`/qa/assets/${name}`);
    expect([reply.status, reply.json['title']]).toEqual([404, 'Not found']);
  },
);

test('has no page and no redirect if none was built', async () => {
  const backend = await open('http://127.0.0.1:1/v2', ON, { assetsDir: path.join(folder, 'nowhere') });
  expect((await backend.get('/qa')).status).toBe(404);
  expect((await fetch(backend.url, { redirect: 'manual' })).status).toBe(404);
});

test.each([
  [OFF, { recording: { enabled: false }, consentRequired: false, keyRequired: false, signInRequired: false }],
  [
    { ...ON, TAVUS_REQUIRE_RECORDING_CONSENT: 'true', START_API_KEY: 'a-key-of-16-characters' },
    {
      recording: { enabled: true, bucketRegion: REGION },
      consentRequired: true,
      keyRequired: true,
      signInRequired: false,
    },
  ],
  // Without recording there is no consent.
  [
    { ...OFF, TAVUS_REQUIRE_RECORDING_CONSENT: 'true' },
    { recording: { enabled: false }, consentRequired: false, keyRequired: false, signInRequired: false },
  ],
  [
    { ...OFF, ...CALLBACKS, EASY_AUTH: 'true' },
    { recording: { enabled: false }, consentRequired: false, keyRequired: false, signInRequired: true },
  ],
])('sends the page its configuration', async (env, expected) => {
  const reply = await (await served(env)).get('/qa/config');
  expect(reply.json).toEqual({
    ...expected,
    hasRecordingsPage: expected.signInRequired,
    roomOrigin: 'https://tavus.daily.co',
  });
});

test('API responses cannot be framed, cached or sniffed', async () => {
  const reply = await (await served()).get('/qa/config');
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  expect(reply.headers.get('strict-transport-security')).toBeNull();
  const https = { ...ON, PUBLIC_BASE_URL: 'https://recordings.example.com', EASY_AUTH: 'true' };
  const overTls = await (await served(https)).get('/qa/config');
  expect(overTls.headers.get('strict-transport-security')).toBe('max-age=31536000');
});
