import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { carriesKey, refusalOf, type Admission } from '../../../local/tavus/http/request-guard';
import { bench, closeAll, type Bench } from './helpers';

type Headers = Readonly<Record<string, string>>;

const PORT = 8080;
const refused = (headers: Headers, admission?: Admission, method = 'GET'): string | undefined =>
  refusalOf(
    { method, headers: { host: `localhost:${PORT}`, ...headers }, socket: { localPort: PORT } },
    admission,
  );

const PAGE = { isPage: true };
const KEY = { hasKey: true };
const FRAME = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };

describe('allows', () => {
  test.each<[string, Headers, Admission?, string?]>([
    ['a program other than a browser', {}],
    ['this computer by its IPv4 address', { host: `127.0.0.1:${PORT}` }],
    ['this computer by its IPv6 address', { host: `[::1]:${PORT}` }],
    [
      "the server's own page",
      { 'sec-fetch-site': 'same-origin', origin: `http://localhost:${PORT}` },
      {},
      'POST',
    ],
    ['a typed URL', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    ["an older browser on the server's own page", { origin: `http://localhost:${PORT}` }, {}, 'POST'],
    ["another page that embeds the server's page", FRAME, PAGE],
    ["another page with the run's key", { 'sec-fetch-site': 'cross-site' }, KEY, 'POST'],
  ])('%s', (_what, headers, admission = {}, method = 'GET') => {
    expect(refused(headers, admission, method)).toBeUndefined();
  });
});

describe('refuses', () => {
  test.each([
    'evil.example',
    `evil.example:${PORT}`,
    `localhost.evil.example:${PORT}`,
    `evil.localhost:${PORT}`,
    'localhost',
    'localhost:8081',
    '',
  ])('the host %j, even with the key', (host) => {
    expect(refused({ host }, KEY)).toBe(
      `Host: not this computer, got ${host}. A web page could reach this server under another name. ` +
        'Use localhost:8080 or 127.0.0.1:8080.',
    );
  });

  test.each<[string, Headers, Admission?, string?]>([
    ['a page of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
    ['two values of Sec-Fetch-Site', { 'sec-fetch-site': 'none, cross-site' }],
    ['an older browser on another page', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page of this computer with TLS', { origin: `https://localhost:${PORT}` }],
    ['another page that embeds a route other than a page', FRAME],
    ['a form that another page sends to the page', FRAME, PAGE, 'POST'],
    ["a script that reads the server's page", { ...FRAME, 'sec-fetch-mode': 'cors' }, PAGE],
  ])('%s', (_what, headers, admission = {}, method = 'GET') => {
    expect(refused(headers, admission, method)).toBe(
      `Origin: another web page, got ${headers['origin'] ?? 'nothing'}. Pages may not use this server. ` +
        "Send the request from this server's own page, or with the run's key.",
    );
  });
});

test.each([undefined, '', 'Bearer ', 'Bearer secrets', 'Bearer secre', 'secret', 'bearer secret'])(
  'refuses the Authorization header %j',
  (authorization) => {
    expect(carriesKey({ authorization: 'Bearer secret' }, 'secret')).toBe(true);
    expect(carriesKey(authorization === undefined ? {} : { authorization }, 'secret')).toBe(false);
  },
);

describe('the simulator', () => {
  afterEach(closeAll);

  /** Unlike `fetch`, this can send any `Host`. */
  function send(
    { simulator }: Bench,
    method: string,
    path: string,
    headers: Headers,
  ): Promise<[number, string]> {
    return new Promise((resolve, reject) => {
      const sent = request(`${simulator.url}${path}`, { method, headers }, (response) => {
        void text(response).then((body) => resolve([response.statusCode ?? 0, body]), reject);
      });
      sent.on('error', reject).end(method === 'POST' ? '{}' : undefined);
    });
  }
  const withKey = ({ simulator }: Bench): Headers => ({ authorization: `Bearer ${simulator.runKey}` });

  test.each([
    ['POST', '/v2/conversations'],
    ['POST', '/sim/faults'],
    ['GET', '/sim/requests'],
    ['GET', '/rooms/c1'],
    ['POST', '/rooms/c1/join'],
    ['GET', '/room-page/room.js'],
    ['GET', '/no-such-route'],
  ])('%s %s refuses foreign hosts and other pages', async (method, path) => {
    const self = await bench();
    const foreign = { ...withKey(self), host: 'evil.example' };
    expect((await send(self, method, path, foreign))[0]).toBe(403);
    const attack = { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' };
    expect((await send(self, method, path, attack))[0]).toBe(403);
  });

  test.each([
    ['GET', '/sim/requests'],
    ['POST', '/sim/faults'],
    ['GET', '/sim/rooms/c1'],
    ['POST', '/sim/rooms/c1/join'],
    ['POST', '/sim/rooms/c1/recording/start'],
    ['POST', '/sim/rooms/c1/shutdown'],
  ])("%s %s returns nothing without the run's key", async (method, path) => {
    const self = await bench();
    const id = await self.create();
    const own = path.replace('c1', id);
    for (const headers of [{}, { authorization: 'Bearer tvsk_test' }]) {
      expect(await send(self, method, own, headers)).toEqual([
        401,
        '{"error":"Authorization: not the key of this run. Control routes need it."}',
      ]);
    }
    expect((await send(self, method, own, withKey(self)))[0]).not.toBe(401);
  });

  test('another page may embed the room, but not its other routes', async () => {
    const self = await bench();
    const id = await self.create();
    expect((await send(self, 'GET', `/rooms/${id}`, FRAME))[0]).toBe(200);
    expect((await send(self, 'GET', `/rooms/${id}/news`, FRAME))[0]).toBe(403);
    expect((await send(self, 'GET', '/sim/requests', FRAME))[0]).toBe(403);
  });
});
