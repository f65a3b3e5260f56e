import { createServer } from 'node:net';
import { Pool } from 'undici';
import type { RequestSender } from '../../../app/tavus/exchange';
import { closeEverything, ON, open } from '../helpers';
import { paidTavus, type PaidTavus } from './paid-tavus';
import { closeRawServers, http } from './raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
});

const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };
const CAPPED = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '1' };

describe('the known facts of the exchange decide', () => {
  /** Starts three times with one key, at a Tavus that executes each create and then responds like this. */
  async function thrice(answer: PaidTavus['onCreate']) {
    const tavus = await paidTavus();
    tavus.onCreate = answer;
    const backend = await open(tavus.apiBaseUrl, CAPPED);
    const replies = [];
    for (let retry = 0; retry < 3; retry += 1) replies.push(await backend.post('/tavus/start', {}, KEYED));
    return { tavus, backend, replies };
  }

  const status =
    (code: number): PaidTavus['onCreate'] =>
    (socket) =>
      socket.end(http(code, '{"message":"no"}'));

  test.each([
    ['408', status(408)],
    ['405', status(405)],
    ['418', status(418)],
    ['500', status(500)],
    ['502', status(502)],
    ['503', status(503)],
    ['504', status(504)],
    ['302', status(302)],
    ['a 200 without JSON', (socket) => void socket.end(http(200, '<html>'))],
    ['a 200 without an address', (socket) => void socket.end(http(200, '{"conversation_id":"c1"}'))],
    ['a truncated 200', (socket) => void socket.end(http(200, '{"conv', { 'content-length': '100' }))],
    ['a broken connection', (socket) => void socket.destroy()],
  ] satisfies [string, PaidTavus['onCreate']][])(
    '%s is unknown: the conversation is found and ended, and the key not billed again',
    async (_case, answer) => {
      const { tavus, backend, replies } = await thrice(answer);
      expect(replies.map((reply) => [reply.status, reply.json['detail']])).toEqual(
        Array.from({ length: 3 }, () => [
          replies[0]?.status,
          expect.stringContaining('The conversation had been started; it was found and ended.'),
        ]),
      );
      expect([tavus.paid.length, tavus.active()]).toEqual([1, []]);
      // Its slot is free.
      tavus.onCreate = (socket, made) => void socket.end(made);
      expect((await backend.post('/tavus/start')).status).toBe(200);
    },
  );

  test.each([400, 401, 402, 403, 404, 409, 422, 429])('%i is a refusal: no search', async (code) => {
    const { tavus, replies } = await thrice(status(code));
    expect(tavus.requests.filter(({ method }) => method === 'GET')).toEqual([]);
    // Its key can be used again.
    expect([tavus.paid.length, replies.length]).toEqual([3, 3]);
  });

  test('with an id the conversation is ended without a search', async () => {
    const { tavus } = await thrice((socket) => void socket.end(http(200, '{"conversation_id":"c1"}')));
    expect(tavus.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v2/conversations',
      'POST /v2/conversations/c1/end',
    ]);
  });

  test('a failed end is retried', async () => {
    let ends = 0;
    const tavus = await paidTavus();
    tavus.onCreate = (socket) => void socket.destroy();
    tavus.onEnd = (socket, ended) => {
      ends += 1;
      if (ends < 3) socket.destroy();
      else socket.end(ended);
    };
    const backend = await open(tavus.apiBaseUrl, ON);
    const reply = await backend.post('/tavus/start');
    expect([ends, reply.json['detail']]).toEqual([3, expect.stringContaining('it was found and ended.')]);
  });

  /** A port at which TLS fails, before any request. */
  async function brokenTls(act: 'close' | 'talk'): Promise<{ origin: string; close: () => void }> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () =>
        act === 'close' ? socket.destroy() : socket.end('HTTP/1.1 400 Bad\r\n\r\n'),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('It does not listen.');
    return { origin: `https://127.0.0.1:${address.port}/v2`, close: () => server.close() };
  }

  test.each(['close', 'talk'] as const)('a TLS failure (%s) means not sent: no search', async (act) => {
    const tls = await brokenTls(act);
    const backend = await open(tls.origin, CAPPED);
    for (let round = 0; round < 2; round += 1) {
      const reply = await backend.post('/tavus/start', {}, KEYED);
      expect([reply.status, reply.json['type']]).toEqual([
        503,
        'urn:problem-type:tavus-recordings:tavus-unreachable',
      ]);
      expect(reply.json['detail']).toContain('nothing was sent and nothing was started');
    }
    expect(backend.log.messages()).not.toContain('Start with an unknown outcome');
    tls.close();
  });

  test('a request that cannot be created is not sent and not retried', async () => {
    const tavus = await paidTavus();
    // No valid setting causes this: it represents unexpected errors.
    const pool = new Pool(new URL(tavus.apiBaseUrl).origin);
    const dispatcher: RequestSender = {
      request: (options: Parameters<RequestSender['request']>[0]) =>
        pool.request({ ...options, headers: { 'x-api-key': 'tvsk_\u0001' } }),
    };
    const backend = await open(tavus.apiBaseUrl, CAPPED, { dispatcher });
    for (let round = 0; round < 2; round += 1) {
      const reply = await backend.post('/tavus/start', {}, KEYED);
      expect(reply.status).toBe(503);
      expect(reply.json['detail']).toContain('The request to Tavus could not be built, so nothing was sent');
    }
    expect([tavus.requests, backend.clock.slept]).toEqual([[], []]);
    await pool.close();
  });
});
