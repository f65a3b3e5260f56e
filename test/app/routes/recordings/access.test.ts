import { CALLBACKS, closeEverything, OFF, SIGN_IN } from '../../helpers';
import { AS_OPERATOR, OPERATED, OPERATOR_KEY, openOperated, seed, START_KEY } from './opened';

afterEach(closeEverything);

const START = { startId: 'a'.repeat(32), conversation: 'c1', at: Date.UTC(2026, 5, 1, 9) };
const KEY = `tavus/c1/${START.at}`;
const LINK = { key: KEY, page_session: '66666666-7777-4888-9999-000000000000', viewer: 'Ada' };

/** Every route for operators, with a browser's request. */
const ROUTES = [
  ['GET', '/recordings/api/access'],
  ['GET', '/recordings/api/conversations'],
  ['GET', '/recordings/api/conversations/c1'],
  ['POST', '/recordings/api/conversations/c1/link'],
  ['GET', `/recordings/api/conversations/c1/captions.vtt?key=${KEY}`],
] as const;

const claims = (typ: string, ...values: readonly string[]): string =>
  Buffer.from(JSON.stringify({ auth_typ: 'aad', claims: values.map((val) => ({ typ, val })) })).toString(
    'base64',
  );
const principal = (...roles: readonly string[]): string => claims('roles', ...roles);
const signedIn = (...roles: readonly string[]) => ({
  'x-ms-client-principal-id': 'someone',
  'x-ms-client-principal-name': 'ada@example.com',
  'x-ms-client-principal': principal(...roles),
});
const SIGNED_IN = { ...OFF, ...CALLBACKS, EASY_AUTH: 'true' };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const NOT_IN_FRONT = { askUnauthenticated: () => Promise.resolve({ status: 200, location: undefined }) };

describe.each(ROUTES)('%s %s', (method, path) => {
  const ask = async (env: NodeJS.ProcessEnv, headers: Readonly<Record<string, string>>, deps = SIGN_IN) => {
    const backend = await openOperated(env, deps);
    await seed(backend.ledger, START);
    const reply =
      method === 'GET' ? await backend.get(path, headers) : await backend.post(path, LINK, headers);
    const type = /"type":"[^"]*:([^":]+)"/.exec(reply.text)?.[1] ?? '';
    return { status: reply.status, type, caching: reply.headers.get('cache-control') };
  };

  test.each([
    ['no key', OPERATED, {}, 401, 'unauthorized'],
    ['the start key', OPERATED, bearer(START_KEY), 401, 'unauthorized'],
    ['another key', OPERATED, bearer(`${OPERATOR_KEY}s`), 401, 'unauthorized'],
    ['a missing sign-in', SIGNED_IN, {}, 401, 'not-signed-in'],
    ['no role', SIGNED_IN, signedIn(), 403, 'role-missing'],
    ['another role', SIGNED_IN, signedIn('Recordings.Write', 'recordings.read'), 403, 'role-missing'],
    [
      'a role without a principal',
      SIGNED_IN,
      { 'x-ms-client-principal': principal('Recordings.Read') },
      401,
      'not-signed-in',
    ],
    [
      "a user with the role's name",
      SIGNED_IN,
      { ...signedIn(), 'x-ms-client-principal': claims('name', 'Recordings.Read') },
      403,
      'role-missing',
    ],
    [
      'claims that cannot be read',
      SIGNED_IN,
      { ...signedIn(), 'x-ms-client-principal': '%%%' },
      403,
      'role-missing',
    ],
    [
      'the role and a wrong key, without a sign-in',
      OPERATED,
      { ...signedIn('Recordings.Read'), ...bearer('a wrong key') },
      401,
      'unauthorized',
    ],
    [
      'the key on a foreign page',
      OPERATED,
      { ...AS_OPERATOR, 'sec-fetch-site': 'cross-site' },
      403,
      'forbidden-origin',
    ],
  ])('refuses %s, and the response is not cached', async (_who, env, headers, status, type) => {
    expect(await ask(env, headers)).toEqual({ status, type, caching: 'no-store' });
  });

  test('does not trust a role while the sign-in is missing', async () => {
    expect(await ask(SIGNED_IN, signedIn('Recordings.Read'), NOT_IN_FRONT)).toMatchObject({
      status: 503,
      type: 'sign-in-missing',
    });
  });

  test.each([
    ['neither a key nor a sign-in is configured', OFF],
    ['only a start key is configured', { ...OFF, START_API_KEY: START_KEY }],
  ])('does not exist if %s', async (_case, env) => {
    expect(await ask(env, AS_OPERATOR)).toMatchObject({ status: 404 });
  });

  test.each([
    ['the key', OPERATED, AS_OPERATOR],
    ['the role', SIGNED_IN, signedIn('Others', 'Recordings.Read')],
    ['the role, where there is a key, too', { ...SIGNED_IN, OPERATOR_KEY }, signedIn('Recordings.Read')],
    ['the key, where people sign in, too', { ...SIGNED_IN, OPERATOR_KEY }, { ...signedIn(), ...AS_OPERATOR }],
  ])('admits %s', async (_who, env, headers) => {
    const { status, type } = await ask(env, headers);
    // No recording is known of this conversation.
    expect([status, type]).toEqual(/link|captions/.test(path) ? [404, 'not-found'] : [200, '']);
  });
});

test('all routes share the limit for guessed keys, and guesses do not lock out a caller with the key', async () => {
  const backend = await openOperated(OPERATED, { limits: { starts: 3, others: 99 } });
  const statuses: number[] = [];
  for (const [method, path] of ROUTES) {
    const headers = bearer(`a wrong key of many letters ${path.length}`);
    const reply = await (method === 'GET' ? backend.get(path, headers) : backend.post(path, LINK, headers));
    statuses.push(reply.status);
  }
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  expect((await backend.get('/recordings/api/access', AS_OPERATOR)).json).toMatchObject({
    by: 'operator-key',
  });
});

test('the page gets the name of the signed-in user', async () => {
  const backend = await openOperated(SIGNED_IN, SIGN_IN);
  const reply = await backend.get('/recordings/api/access', signedIn('Recordings.Read'));
  expect(reply.json).toMatchObject({ by: 'sign-in', name: 'ada@example.com' });
});

test('the operator key is never logged', async () => {
  const backend = await openOperated();
  await backend.get('/recordings/api/access', AS_OPERATOR);
  await backend.get('/recordings/api/access', bearer(`${OPERATOR_KEY}s`));
  expect(backend.log.text).not.toContain(OPERATOR_KEY);
});

test.each([
  ['the ledger is in memory', {}, 'readable', [/^The ledger is in memory/]],
  [
    'recording is off',
    { TAVUS_ENABLE_RECORDING: 'false' },
    'no-access',
    [/^The ledger/, /^Recording is off/],
  ],
  [
    'the bucket is not read',
    { RECORDINGS_ACCESS: 'none' },
    'no-access',
    [/^The ledger/, /^This backend cannot read the bucket/],
  ],
])('the page says that %s', async (_case, env, bucket, notes) => {
  const backend = await openOperated({ ...OPERATED, ...env });
  const { json } = await backend.get('/recordings/api/access', AS_OPERATOR);
  expect(json['bucket']).toBe(bucket);
  expect(json['notes']).toEqual(notes.map((note) => expect.stringMatching(note)));
});

test('the page says since when the bucket cannot be read', async () => {
  const backend = await openOperated();
  backend.bucket.unreadableSinceMs = Date.UTC(2026, 5, 1, 9);
  const { json } = await backend.get('/recordings/api/access', AS_OPERATOR);
  expect(json['bucket']).toBe('unreadable');
  expect(json['notes']).toContainEqual(
    expect.stringMatching(/^The bucket has been unreadable since 2026-06-01 09:00:00Z/),
  );
});
