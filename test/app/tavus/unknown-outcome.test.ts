import { endOrphan } from '../../../app/tavus/orphan';
import { tavusClient } from '../../../app/tavus/client';
import { exchange } from '../../../app/tavus/exchange';
import { Pool } from 'undici';
import { closeEverything, ON, open, openBoth, TestClock, type Both } from '../helpers';
import { closeRawServers, http, rawServer, type RawServer } from './raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
});

/** A proxy between backend and simulator: forwards everything, but closes the connection after an executed create. */
async function cutting(both: Both): Promise<RawServer> {
  return rawServer(({ method, path }, socket) => {
    void (async () => {
      const isCreate = method === 'POST' && path === '/v2/conversations';
      const body = isCreate ? { replica_id: 'r_laptop', conversation_name: `n ${START_ID}` } : undefined;
      const answer = await both.tavus.api(method === 'GET' ? 'GET' : 'POST', path.replace('/v2', ''), body);
      if (isCreate) socket.destroy();
      else socket.end(http(answer.status, answer.text));
    })();
  });
}

const START_ID = 'b'.repeat(32);

test('a conversation created before the connection broke is found, ended and not created again', async () => {
  const both = await openBoth();
  const line = await cutting(both);
  const backend = await open(line.apiBaseUrl, ON, { newStartId: () => START_ID });
  const reply = await backend.post('/tavus/start');
  expect(reply.status).toBe(502);
  expect(reply.json).toMatchObject({
    type: 'urn:problem-type:tavus-recordings:tavus-failed',
    detail:
      'The connection to Tavus broke before its answer arrived. ' +
      'The conversation had been started; it was found and ended.',
  });
  expect(line.requests.map(({ method, path }) => `${method} ${path.replace(/c[0-9a-f]{15}/, 'ID')}`)).toEqual(
    [
      'POST /v2/conversations',
      'GET /v2/conversations?status=active&limit=100&page=1',
      'POST /v2/conversations/ID/end',
    ],
  );
  const active = await both.tavus.api('GET', '/conversations?status=active');
  expect(active.json['total_count']).toBe(0);
});

test('a repeated request does not create another one', async () => {
  const both = await openBoth();
  const line = await cutting(both);
  const backend = await open(line.apiBaseUrl, ON, { newStartId: () => START_ID });
  const key = { 'idempotency-key': 'k' };
  const one = await backend.post('/tavus/start', {}, key);
  const other = await backend.post('/tavus/start', {}, key);
  expect([one.status, other.status]).toEqual([502, 502]);
  expect(
    line.requests.filter(({ path, method }) => method === 'POST' && path.endsWith('conversations')),
  ).toHaveLength(1);
});

describe('the search', () => {
  const row = (name: string, id = 'c1') => ({ conversation_id: id, conversation_name: name });

  async function search(pages: readonly object[]) {
    let asked = 0;
    const tavus = await rawServer(({ method }, socket) => {
      if (method === 'POST') {
        socket.end(http(204, ''));
        return;
      }
      const page = pages[Math.min(asked, pages.length - 1)];
      asked += 1;
      socket.end(http(200, JSON.stringify(page)));
    });
    const clock = new TestClock();
    const client = tavusClient({ apiKey: 'k', baseUrl: tavus.apiBaseUrl });
    const orphan = await endOrphan(client, START_ID, clock);
    await client.close();
    return { orphan, clock, paths: tavus.requests.map(({ path }) => path.replace('/v2/conversations', '')) };
  }

  test('reads all pages, of any size', async () => {
    const { orphan, paths } = await search([
      { data: [row('a'), row('b')], total_count: 3 },
      { data: [row(`name ${START_ID}`, 'c3')], total_count: 3 },
    ]);
    expect(orphan).toEqual({ kind: 'ended', conversationId: 'c3' });
    expect(paths).toEqual(['?status=active&limit=100&page=1', '?status=active&limit=100&page=2', '/c3/end']);
  });

  test('also finds it by its callback address', async () => {
    const url = `https://backend.example/tavus/callback/${START_ID}/token`;
    const { orphan } = await search([{ data: [{ conversation_id: 'c9', callback_url: url }] }]);
    expect(orphan).toEqual({ kind: 'ended', conversationId: 'c9' });
  });

  test('searches three times, because a slow create appears late', async () => {
    const { orphan, clock } = await search([
      { data: [] },
      { data: [], total_count: 0 },
      { data: [row(START_ID)], total_count: 1 },
    ]);
    expect(orphan).toEqual({ kind: 'ended', conversationId: 'c1' });
    expect(clock.slept).toEqual([2000, 3000]);
  });

  test('does not confuse it with another conversation', async () => {
    const { orphan } = await search([{ data: [row('b'.repeat(31))], total_count: 1 }]);
    expect(orphan).toEqual({ kind: 'not-found' });
  });

  test('reports an unknown outcome if the list cannot be read', async () => {
    const { orphan } = await search([{ rows: [] }]);
    expect(orphan).toEqual({ kind: 'not-known' });
  });
});

test('a late response counts as missing', async () => {
  const tavus = await rawServer(() => undefined);
  const pool = new Pool(new URL(tavus.apiBaseUrl).origin);
  const outcome = await exchange(pool, { method: 'POST', path: '/', headers: {}, timeoutMs: 20 });
  expect(outcome).toMatchObject({ kind: 'no-answer', reason: 'timeout' });
  await pool.destroy();
});

test('a response that arrives too slowly counts as truncated', async () => {
  const tavus = await rawServer((_request, socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{');
  });
  const pool = new Pool(new URL(tavus.apiBaseUrl).origin);
  const outcome = await exchange(pool, { method: 'POST', path: '/', headers: {}, timeoutMs: 20 });
  expect(outcome).toMatchObject({ kind: 'answered', status: 200, unreadable: 'cut' });
  await pool.destroy();
});
