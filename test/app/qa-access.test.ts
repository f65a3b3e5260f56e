import { closeEverything, CALLBACKS, OFF, open, openBoth, SIGN_IN } from './helpers';

afterEach(closeEverything);

const NOWHERE = 'http://127.0.0.1:1/v2';
const START_KEY = 'a-start-key-of-24-letters';
const KEYED = { ...OFF, START_API_KEY: START_KEY };
const SIGNED_IN = { ...OFF, ...CALLBACKS, EASY_AUTH: 'true' };
const deps = { assetsDir: 'none' };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const typeOf = ({ text }: { readonly text: string }): string | undefined =>
  /"type":"urn:problem-type:tavus-recordings:([^"]*)"/.exec(text)?.[1];

test.each([
  ['no key where none is needed', OFF, {}, 200, undefined],
  ['the key', KEYED, bearer(START_KEY), 200, undefined],
  ['another key', KEYED, bearer('another-key-of-24-letters'), 401, 'unauthorized'],
  ['no key', KEYED, {}, 401, 'unauthorized'],
  ['a signed-in user', SIGNED_IN, { 'x-ms-client-principal-id': 'someone' }, 200, undefined],
  ['a missing sign-in', SIGNED_IN, {}, 401, 'not-signed-in'],
  ['a foreign page', OFF, { 'sec-fetch-site': 'cross-site' }, 403, 'forbidden-origin'],
])('GET /qa/access reports %s to the page', async (_case, env, headers, status, type) => {
  const backend = await open(NOWHERE, env, { ...deps, ...SIGN_IN });
  const reply = await backend.get('/qa/access', headers);
  expect([reply.status, typeOf(reply)]).toEqual([status, type]);
});

test('a start distinguishes a missing sign-in from a wrong key in the same way', async () => {
  const backend = await open(NOWHERE, SIGNED_IN, SIGN_IN);
  expect(typeOf(await backend.post('/tavus/start'))).toBe('not-signed-in');
});

test('the request starts nothing', async () => {
  const both = await openBoth(KEYED, deps);
  await both.get('/qa/access', bearer(START_KEY));
  expect(await both.created()).toEqual([]);
});

test('it shares the limit for guessing keys, and guesses do not lock out a caller with the key', async () => {
  const backend = await open(NOWHERE, KEYED, { ...deps, limits: { starts: 2, others: 99 } });
  const statuses: number[] = [];
  for (let tries = 0; tries < 3; tries += 1) {
    statuses.push((await backend.get('/qa/access', bearer(`wrong-key-of-24-letters-${tries}`))).status);
  }
  expect(statuses).toEqual([401, 401, 429]);
  expect((await backend.get('/qa/access', bearer(START_KEY))).status).toBe(200);
});

test('does not exist without a page', async () => {
  const backend = await open(NOWHERE, OFF);
  expect((await backend.get('/qa/access')).status).toBe(404);
});
