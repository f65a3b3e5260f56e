import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeEverything, ON, openBoth, type Both } from './helpers';

const proxies: Server[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) {
    proxy.closeAllConnections();
    proxy.close();
  }
  await closeEverything();
});

const START_KEY = 'a-start-key-of-24-letters';
const KEYED = { ...ON, START_API_KEY: START_KEY };

/** The server of a custom front end, as the guide describes it: one origin, and the start key only on the server. */
async function frontEndOf({ url }: Both): Promise<string> {
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (!['host', 'connection', 'content-length'].includes(name)) headers.set(name, String(value));
    }
    if (path === '/tavus/start') headers.set('authorization', `Bearer ${START_KEY}`);
    const { method = 'GET' } = request;
    const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
    const answer = await fetch(`${url}${path}`, { method, headers, ...body });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  };
  const server = createServer((request, response) => void pass(request, response));
  proxies.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

/** Headers that a browser adds to a same-origin request. */
const sameOrigin = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

test('a custom front end starts, reports, reads the status and ends through its server, without a key in the page', async () => {
  const both = await openBoth(KEYED);
  const frontEnd = await frontEndOf(both);
  const post = (path: string, body: object, headers = {}): Promise<Response> =>
    fetch(`${frontEnd}${path}`, {
      method: 'POST',
      headers: { ...sameOrigin, origin: frontEnd, ...headers },
      body: JSON.stringify(body),
    });
  const started = await post('/tavus/start', { recording: true });
  const { conversation_id: id, page_token: token }: { conversation_id: string; page_token: string } =
    JSON.parse(await started.text());
  const page = { 'x-page-token': token };
  const at = new Date(both.clock.now()).toISOString();
  const reported = await post(`/tavus/recording-events/${id}`, { event: 'joined', at }, page);
  const status = await fetch(`${frontEnd}/tavus/status/${id}`, { headers: { ...sameOrigin, ...page } });
  const ended = await post(`/tavus/end/${id}`, {}, page);
  expect([started.status, reported.status, status.status, ended.status]).toEqual([200, 200, 200, 200]);
});

describe('a page of another origin that requests the backend directly', () => {
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://frontend.example.com' };

  test('starts nothing, even with the key', async () => {
    const both = await openBoth(KEYED);
    const reply = await both.post('/tavus/start', {}, { ...foreign, authorization: `Bearer ${START_KEY}` });
    expect(reply.status).toBe(403);
    expect(await both.created()).toEqual([]);
  });

  test('gets no permission by a preflight', async () => {
    const { url } = await openBoth(KEYED);
    const headers = {
      ...foreign,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, x-page-token',
    };
    for (const path of ['/tavus/start', '/tavus/end/c1', '/tavus/recording-events/c1', '/tavus/status/c1']) {
      const answer = await fetch(`${url}${path}`, { method: 'OPTIONS', headers });
      const allowed = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
      expect([answer.ok, allowed]).toEqual([false, []]);
    }
  });
});
