import { setTimeout as pause } from 'node:timers/promises';
import { SignInWatch, type UnauthenticatedAnswer } from '../../app/security/sign-in';
import { createLogger } from '../../app/log/logger';
import { readConfig } from '../../app/config';
import {
  closeEverything,
  LogMemory,
  OFF,
  open,
  openBoth,
  PUBLIC_BASE_URL,
  SECRET,
  type RunningBackend,
} from './helpers';

afterEach(async () => {
  jest.useRealTimers();
  await closeEverything();
});

const NOWHERE = 'http://127.0.0.1:1/v2';
const SOMEONE = {
  'x-ms-client-principal-id': 'someone',
  'x-ms-client-principal-name': 'someone@example.com',
};
const BEHIND = { ...OFF, PUBLIC_BASE_URL, CALLBACK_SECRETS: SECRET, EASY_AUTH: 'true' };
const LOGIN: UnauthenticatedAnswer = {
  status: 302,
  location: 'https://login.microsoftonline.com/common/oauth2',
};

/** Resolves when the log has this message; fails after two seconds. */
async function logged({ log }: Pick<RunningBackend, 'log'>, msg: string): Promise<void> {
  for (let tries = 0; tries < 200 && log.find(msg) === undefined; tries += 1) await pause(10);
  expect(log.messages()).toContain(msg);
}

describe('forged sign-in headers', () => {
  test('start nothing if the request to the own address reaches the backend without a sign-in', async () => {
    let reach: (url: string) => void = () => undefined;
    const reached = new Promise<string>((resolve) => {
      reach = resolve;
    });
    const both = await openBoth(BEHIND, {
      askUnauthenticated: async (url) => {
        const { status, headers } = await fetch(url.replace(PUBLIC_BASE_URL, await reached));
        return { status, location: headers.get('location') ?? undefined };
      },
    });
    reach(both.url);
    await logged(both, 'Sign-in missing: all starts are refused');
    expect(both.log.find('Sign-in missing: all starts are refused')).toMatchObject({
      level: 'error',
      reason: 'a request without signing in reached the backend',
    });
    const reply = await both.post('/tavus/start', {}, SOMEONE);
    expect([reply.status, reply.json['type'], reply.headers.get('retry-after')]).toEqual([
      503,
      'urn:problem-type:tavus-recordings:sign-in-missing',
      '15',
    ]);
    expect(await both.created()).toEqual([]);
  });

  test('start nothing before the first check of the own address has finished', async () => {
    const both = await openBoth(BEHIND, { askUnauthenticated: () => new Promise(() => undefined) });
    expect((await both.post('/tavus/start', {}, SOMEONE)).status).toBe(503);
    expect(await both.created()).toEqual([]);
  });

  test('are removed by the platform while the sign-in is active; signed-in users can start', async () => {
    const both = await openBoth(BEHIND, { askUnauthenticated: () => Promise.resolve(LOGIN) });
    expect((await both.post('/tavus/start')).status).toBe(401);
    expect((await both.post('/tavus/start', {}, SOMEONE)).status).toBe(200);
  });

  test('neither identify a caller nor replace a required key', async () => {
    const env = { ...OFF, START_API_KEY: 'a-start-key-of-24-letters' };
    const both = await openBoth(env);
    expect((await both.post('/tavus/start', {}, SOMEONE)).status).toBe(401);
  });

  test('do not admit a caller with the right key while the sign-in is missing', async () => {
    const env = { ...BEHIND, START_API_KEY: 'a-start-key-of-24-letters' };
    const both = await openBoth(env, { askUnauthenticated: () => Promise.resolve(undefined) });
    const headers = { ...SOMEONE, authorization: 'Bearer a-start-key-of-24-letters' };
    expect((await both.post('/tavus/start', {}, headers)).status).toBe(503);
    expect(await both.created()).toEqual([]);
  });
});

test("the backend's own 401 and 403 do not count as a sign-in", async () => {
  let reach: (url: string) => void = () => undefined;
  const reached = new Promise<string>((resolve) => {
    reach = resolve;
  });
  const answers: number[] = [];
  const backend = await open(
    NOWHERE,
    { ...BEHIND, FRONT_DOOR_ID: '11111111-2222-4333-8444-555555555555' },
    {
      askUnauthenticated: async (address) => {
        const { status } = await fetch(address.replace(PUBLIC_BASE_URL, await reached));
        answers.push(status);
        return { status: 401, location: undefined };
      },
    },
  );
  reach(backend.url);
  await logged(backend, 'Sign-in missing: all starts are refused');
  expect(answers).toEqual([403]);
});

test('without a public address the backend does not start with EASY_AUTH', () => {
  expect(() => readConfig({ ...OFF, EASY_AUTH: 'true' })).toThrow(
    'PUBLIC_BASE_URL: missing although EASY_AUTH is true, got nothing.',
  );
});

describe('the check of the public address', () => {
  /** A sign-in check whose requests get these responses, in order. */
  function watch(...answers: (UnauthenticatedAnswer | undefined)[]) {
    const log = new LogMemory();
    const asked: string[] = [];
    const self = new SignInWatch({
      publicBaseUrl: 'https://talk.example.com',
      ask: (url) => {
        asked.push(url);
        return Promise.resolve(answers.shift());
      },
      log: createLogger(readConfig(OFF), log),
    });
    return { self, log, asked };
  }

  test.each<[string, UnauthenticatedAnswer | undefined, boolean]>([
    ['a redirect to the directory', LOGIN, true],
    ['a redirect to the platform’s own sign-in', { status: 302, location: '/.auth/login/aad?x=1' }, true],
    [
      'the same with the whole address',
      { status: 307, location: 'https://talk.example.com/.auth/login/aad' },
      true,
    ],
    ['401', { status: 401, location: undefined }, true],
    ['nothing', undefined, false],
    ['a page', { status: 200, location: undefined }, false],
    ['404, of a revision before or of no app', { status: 404, location: undefined }, false],
    ['403, of a firewall', { status: 403, location: undefined }, false],
    ['502, of a platform without a replica', { status: 502, location: undefined }, false],
    ['a redirect to another page of the same origin', { status: 302, location: '/welcome' }, false],
    ['a redirect without an address', { status: 302, location: undefined }, false],
    ['a redirect to no address', { status: 302, location: 'http://[' }, false],
    ['a move to another domain', { status: 301, location: 'https://www.example.com/' }, false],
  ])('decides whether %s is a sign-in', async (_case, answer, isInFront) => {
    const { self, log } = watch(answer);
    await self.check();
    expect(self.isInFront).toBe(isInFront);
    expect(log.lines().map(({ level }) => level)).toEqual([isInFront ? 'info' : 'error']);
  });

  test('requests an address that cannot be guessed, a new one each time', async () => {
    const { self, asked } = watch(LOGIN, LOGIN);
    await self.check();
    await self.check();
    expect(asked.map((url) => /^https:\/\/talk\.example\.com\/[0-9a-f]{32}$/.test(url))).toEqual([
      true,
      true,
    ]);
    expect(asked[0]).not.toBe(asked[1]);
  });

  test('runs at start-up and every five minutes, sooner while the sign-in is missing, and logs a change once', async () => {
    jest.useFakeTimers();
    const { self, log, asked } = watch(LOGIN, LOGIN, undefined, undefined, LOGIN);
    const states: boolean[] = [];
    self.start();
    for (const seconds of [0, 300, 300, 15, 15]) {
      await jest.advanceTimersByTimeAsync(seconds * 1000);
      states.push(self.isInFront);
    }
    expect(states).toEqual([true, true, false, false, true]);
    await jest.advanceTimersByTimeAsync(299_000);
    expect(asked).toHaveLength(5);
    expect(log.messages()).toEqual([
      'Sign-in is in front of the backend',
      'Sign-in missing: all starts are refused',
      'Sign-in is in front of the backend',
    ]);
    self.stop();
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(asked).toHaveLength(5);
  });

  test('counts a failed request as no result', async () => {
    const log = new LogMemory();
    const self = new SignInWatch({
      publicBaseUrl: 'https://talk.example.com',
      ask: () => Promise.reject(new Error('no route')),
      log: createLogger(readConfig(OFF), log),
    });
    await self.check();
    expect(self.isInFront).toBe(false);
    expect(log.lines()[0]).toMatchObject({ reason: 'nothing answered' });
  });
});
