import { callbackTokens } from '../../app/security/callback-token';
import { closeEverything, ON, open, SECRET, type RunningBackend } from './helpers';
import { closeRawConnections, openRawConnection } from './raw-connection';
import { testPageTokens } from './tokens';

afterEach(async () => {
  closeRawConnections();
  await closeEverything();
});

const START_KEY = 'a-start-key-of-24-letters';
const START_ID = 'f'.repeat(32);
const NOWHERE = 'http://127.0.0.1:1/v2';
const RIGHT = testPageTokens([SECRET]).make('c1', true);
const EVENT = { event: 'recording-started', at: '2026-06-01T10:00:00Z' };

const backend = (): Promise<RunningBackend> => open(NOWHERE, { ...ON, START_API_KEY: START_KEY });

/** Every route that has both a token and a body. */
const ROUTES: readonly (readonly [path: string, headers: Record<string, string>, status: number])[] = [
  ['/tavus/start', { authorization: 'Bearer another-key-of-24-letters' }, 401],
  ['/tavus/end/c1', { 'x-page-token': `r.${'A'.repeat(43)}` }, 404],
  ['/tavus/recording-events/c1', { 'x-page-token': `r.${'A'.repeat(43)}` }, 404],
  [`/tavus/callback/${START_ID}/abc.${'A'.repeat(43)}`, {}, 404],
];

/** Bodies that each route would refuse. */
const BODIES: readonly (readonly [name: string, body: string, type: string])[] = [
  ['malformed', '{"page_token":', 'application/json'],
  ['too large', JSON.stringify({ event: 'x'.repeat(300_000) }), 'application/json'],
  ['with unknown fields', JSON.stringify({ 'eyJ-': 1 }), 'application/json'],
  ['nested deep', '['.repeat(5000), 'application/json'],
  ['of another type', 'page_token=1', 'text/plain'],
];

describe.each(ROUTES)('a wrong token at %s', (path, headers, status) => {
  test.each(BODIES)('is the only problem reported if the body is %s', async (_name, body, type) => {
    const reply = await (await backend()).post(path, body, { ...headers, 'content-type': type });
    expect(reply.status).toBe(status);
  });

  test('is refused before the body arrives', async () => {
    const { url } = await backend();
    const socket = await openRawConnection(url);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\n` +
        Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('') +
        '\r\n{',
    );
    expect(await socket.answer()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe.each(['/tavus/end/c1', '/tavus/recording-events/c1'])('no token at %s', (path) => {
  test.each(BODIES)('gets the response for a wrong token if the body is %s', async (_name, body, type) => {
    const reply = await (await backend()).post(path, body, { 'content-type': type });
    expect([reply.status, reply.json['fields']]).toEqual([404, undefined]);
  });

  test.each([
    [undefined],
    ['{}'],
    ['null'],
    ['[]'],
    ['{"page_token":1}'],
    ['{"page_token":"r.x","other":1}'],
  ])('gets the response for a wrong token if the body is %s', async (body) => {
    expect((await (await backend()).post(path, body)).status).toBe(404);
  });

  test('is refused before a page of another origin has sent its body', async () => {
    const { url } = await backend();
    const socket = await openRawConnection(url);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: cross-site\r\ncontent-length: 10\r\n\r\n{`,
    );
    expect(await socket.answer()).toMatch(/^HTTP\/1.1 403 /);
  });
});

describe('with the right token', () => {
  const WHO = { 'x-page-token': RIGHT };

  test.each([
    [400, '{"page_token":', 'application/json'],
    [413, JSON.stringify({ event: 'x'.repeat(300_000) }), 'application/json'],
    [415, 'page_token=1', 'text/plain'],
    [400, '{"unknown":1}', 'application/json'],
  ])('the body is still validated: %i', async (status, body, type) => {
    const one = await backend();
    for (const path of ['/tavus/end/c1', '/tavus/recording-events/c1']) {
      expect((await one.post(path, body, { ...WHO, 'content-type': type })).status).toBe(status);
    }
  });

  test('in the body, as a closing page sends it, the request is accepted', async () => {
    const one = await backend();
    const path = '/tavus/recording-events/c1';
    expect((await one.post(path, { ...EVENT, page_token: RIGHT })).status).toBe(200);
    expect((await one.post(path, { ...EVENT, page_token: RIGHT, unknown: 1 })).status).toBe(400);
    expect((await one.post(path, { ...EVENT, page_token: RIGHT }, { 'x-page-token': 'r.x' })).status).toBe(
      404,
    );
  });

  test("a callback nested deeper than Tavus's is refused", async () => {
    const one = await backend();
    const token = callbackTokens([SECRET])?.make(START_ID, one.clock.now(), 60) ?? '';
    const deep = `{"conversation_id":"c1","properties":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`;
    const reply = await one.post(`/tavus/callback/${START_ID}/${token}`, deep);
    expect([reply.status, reply.json['detail']]).toEqual([400, 'The body is not JSON.']);
  });
});
