import { request } from 'undici';
import { readConfig } from '../../app/config';
import { startUpWarnings } from '../../app/log/start-up';
import { closeEverything, KEY, OFF, ON, open, openBoth } from './helpers';

afterEach(closeEverything);

const NOWHERE = 'http://127.0.0.1:1/v2';
const START_KEY = 'a-start-key-of-24-letters';
const LEAST = { TAVUS_API_KEY: KEY, TAVUS_REPLICA_ID: 'r_laptop' };

const statusFor = async (url: string, host: string, method: 'GET' | 'POST' = 'POST'): Promise<number> => {
  const { statusCode, body } = await request(url, { method, headers: { host } });
  await body.dump();
  return statusCode;
};

describe('the listening address', () => {
  test.each([
    [{}, '127.0.0.1'],
    [{ START_API_KEY: START_KEY }, '0.0.0.0'],
    [
      { EASY_AUTH: 'true', PUBLIC_BASE_URL: 'http://localhost:8080', CALLBACK_SECRETS: 'x'.repeat(16) },
      '0.0.0.0',
    ],
    [{ HOST: '0.0.0.0' }, '0.0.0.0'],
    [{ HOST: '127.0.0.1', START_API_KEY: START_KEY }, '127.0.0.1'],
  ])('with %j is %s', (env, host) => {
    expect(readConfig({ ...LEAST, ...env }).host).toBe(host);
  });

  test('a public address without key and sign-in logs a warning', () => {
    const warns = (env: NodeJS.ProcessEnv): boolean =>
      startUpWarnings(readConfig({ ...LEAST, ...env })).some((warning) => warning.startsWith('HOST'));
    expect(warns({ HOST: '0.0.0.0' })).toBe(true);
    expect(warns({ HOST: '::' })).toBe(true);
    expect(warns({})).toBe(false);
    expect(warns({ HOST: '::1' })).toBe(false);
    expect(warns({ HOST: '0.0.0.0', START_API_KEY: START_KEY })).toBe(false);
  });
});

describe('without key and sign-in, a host name used by DNS rebinding', () => {
  test.each([
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.5',
    'localhost@evil.example',
  ])('starts nothing: %s', async (host) => {
    const both = await openBoth(OFF);
    expect(await statusFor(`${both.url}/tavus/start`, host)).toBe(421);
    expect(await both.created()).toEqual([]);
  });

  test('gets no page either, and the response says what to do', async () => {
    const backend = await open(NOWHERE, OFF, { assetsDir: 'none' });
    for (const path of ['/qa/config', '/qa', '/tavus/status/c1', '/tavus/callback/x/y', '/other']) {
      expect(await statusFor(`${backend.url}${path}`, 'evil.example', 'GET')).toBe(421);
    }
    const { body } = await request(`${backend.url}/qa/config`, { headers: { host: 'evil.example' } });
    expect(await body.json()).toMatchObject({
      type: 'urn:problem-type:tavus-recordings:misdirected',
      detail: expect.stringContaining('Set START_API_KEY'),
    });
  });

  test.each(['localhost', 'localhost:8080', '127.0.0.1', '127.0.0.1:3000', '[::1]', '[::1]:8080'])(
    'is distinguished from this computer’s names: %s',
    async (host) => {
      const both = await openBoth(OFF);
      expect(await statusFor(`${both.url}/tavus/start`, host)).toBe(200);
    },
  );

  test.each(['/healthz', '/readyz'])('is accepted for a health probe: %s', async (path) => {
    const backend = await open(NOWHERE, OFF);
    expect(await statusFor(`${backend.url}${path}`, '10.0.0.5:8080', 'GET')).toBe(200);
  });
});

test('with a key every host name is accepted, because the key protects the route', async () => {
  const both = await openBoth({ ...ON, START_API_KEY: START_KEY });
  const headers = { host: 'talk.example.com', authorization: `Bearer ${START_KEY}` };
  const { statusCode, body } = await request(`${both.url}/tavus/start`, { method: 'POST', headers });
  await body.dump();
  expect(statusCode).toBe(200);
  expect(await statusFor(`${both.url}/tavus/start`, 'evil.example')).toBe(401);
});
