import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DEFAULT_CONNECTIONS } from '../../app/http/connections';
import { stop } from '../../app/lifecycle';
import { closeEverything, OFF, ON, open, openBoth } from './helpers';
import { closeRawConnections, openRawConnection, type RawConnection } from './raw-connection';

const ROOT = path.join(__dirname, '..', '..');
const NOWHERE = 'http://127.0.0.1:1/v2';
const folder = mkdtempSync(path.join(tmpdir(), 'connections-'));

afterEach(async () => {
  closeRawConnections();
  await closeEverything();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Requests that clients begin and never finish. */
const HALVES = {
  nothing: '',
  'half the headers': 'POST /tavus/start HTTP/1.1\r\nhost: localhost\r\n',
  'half the body':
    'POST /tavus/start HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  'half a body that was refused':
    'POST /tavus/callback/x/y HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{',
  'one request and half the next':
    'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nPOST /tavus/start HTTP/1.1\r\nhost: local',
} as const;

async function openRawConnections(url: string, count: number): Promise<RawConnection[]> {
  const halves = Object.values(HALVES);
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const one = await openRawConnection(url);
      one.write(halves[n % halves.length] ?? '');
      return one;
    }),
  );
}

/** Long enough to have no effect. */
const PATIENT = { ...DEFAULT_CONNECTIONS, headersMs: 300_000, requestMs: 300_000 };

test('300 clients with incomplete requests block neither other clients nor a shutdown', async () => {
  const backend = await open(NOWHERE, OFF, { connections: { ...PATIENT, most: 100 } });
  await openRawConnections(backend.url, 300);
  for (let times = 0; times < 5; times += 1) {
    expect((await backend.get('/healthz', { connection: 'close' })).status).toBe(200);
  }
  const connections = await new Promise((resolve) => {
    backend.backend.app.server.getConnections((_error, count) => resolve(count));
  });
  expect(connections).toBeLessThanOrEqual(100);
  // A tenth of the time for a shutdown.
  expect(await stop(backend.backend, 900)).toBe(true);
});

test.each(Object.entries(HALVES))('a shutdown does not wait for %s', async (_name, half) => {
  const backend = await open(NOWHERE, OFF, { connections: PATIENT });
  const one = await openRawConnection(backend.url);
  one.write(half);
  // A later one got a response, so this one was received.
  expect((await backend.get('/healthz', { connection: 'close' })).status).toBe(200);
  expect(await stop(backend.backend, 900)).toBe(true);
  await one.closed;
});

test('a shutdown does not wait for a client that does not read its response', async () => {
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'assets', 'large.bin'), Buffer.alloc(30_000_000));
  const backend = await open(NOWHERE, OFF, { connections: PATIENT, assetsDir: folder });
  const one = await openRawConnection(backend.url);
  one.write('GET /qa/assets/large.bin HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await once(one.socket, 'data');
  one.socket.pause();
  expect(await stop(backend.backend, 4000)).toBe(true);
});

test('a shutdown finishes complete requests, also on a connection that stays open', async () => {
  const both = await openBoth(OFF, { connections: { ...PATIENT, most: 3 } }, { faults: { latencyMs: 1000 } });
  const asking = await openRawConnection(both.url);
  asking.write('POST /tavus/start HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n');
  await both.tavus.clock.untilWaitingFor(1000);
  // More clients than the limit: the one under test is not among the dropped ones.
  await openRawConnections(both.url, 20);
  const stopped = stop(both.backend);
  await both.tavus.clock.advance(1000);
  expect(await asking.closed).toMatch(/^HTTP\/1.1 200 [^]*"conversation_id"/);
  expect(await stopped).toBe(true);
});

test('a connection with a request in progress is kept while idle ones can be closed', async () => {
  const backend = await open(NOWHERE, OFF, { connections: { ...PATIENT, most: 5 } });
  const proxy = await openRawConnection(backend.url);
  proxy.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await proxy.answer();
  const others = [];
  for (let n = 0; n < 20; n += 1) others.push(await openRawConnection(backend.url));
  await Promise.all(others.slice(0, 10).map(({ closed }) => closed));
  proxy.write('GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  expect((await proxy.closed).match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
});

describe('an incomplete request', () => {
  const IMPATIENT = { ...DEFAULT_CONNECTIONS, headersMs: 100, requestMs: 200, checkMs: 20 };

  test.each([
    ['half the headers', HALVES['half the headers']],
    ['half the body', HALVES['half the body']],
    ['nothing', HALVES['nothing']],
  ])('gets a response, and its connection is closed: %s', async (_name, half) => {
    const { url } = await open(NOWHERE, OFF, { connections: IMPATIENT });
    const one = await openRawConnection(url);
    one.write(half);
    const [head = '', body = ''] = (await one.closed).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(head).toContain('content-type: application/problem+json');
    expect({ ...Object(JSON.parse(body)), instance: '' }).toEqual({
      type: 'urn:problem-type:tavus-recordings:request-timeout',
      title: 'Request not received in time',
      status: 408,
      detail: 'The request did not arrive completely in time. Nothing was done. Send it again.',
      instance: '',
    });
  });

  test('is distinguished from one with a slow response', async () => {
    const both = await openBoth(OFF, { connections: IMPATIENT }, { faults: { latencyMs: 1000 } });
    const pending = both.start();
    await both.tavus.clock.untilWaitingFor(1000);
    const late = await openRawConnection(both.url);
    late.write(HALVES['half the body']);
    expect(await late.closed).toContain(' 408 ');
    await both.tavus.clock.advance(1000);
    expect((await pending).conversation_id).toEqual(expect.any(String));
  });
});

describe('a request that cannot be parsed', () => {
  const HUGE = `GET /healthz HTTP/1.1\r\nhost: localhost\r\ncookie: AppServiceAuthSession=${'x'.repeat(70_000)}\r\n\r\n`;

  test.each([
    [431, HUGE, 'headers-too-large', 'HPE_HEADER_OVERFLOW'],
    [400, 'this is no HTTP\r\n\r\n', 'bad-request', 'HPE_INVALID_METHOD'],
  ])('gets a problem response, and its content is not logged: %i', async (status, text, type, code) => {
    const backend = await open(NOWHERE, OFF);
    const one = await openRawConnection(backend.url);
    one.write(text);
    const answer = await one.closed;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const { type: uri, instance }: { type: string; instance: string } = JSON.parse(
      answer.split('\r\n\r\n')[1] ?? '',
    );
    expect(uri).toBe(`urn:problem-type:tavus-recordings:${type}`);
    const line = backend.log.find('Request that could not be read');
    expect(line).toEqual({
      level: 'info',
      time: expect.any(Number),
      route: 'none',
      status,
      problem: type,
      code,
      request_id: instance.replace('urn:uuid:', ''),
      msg: 'Request that could not be read',
    });
    expect(backend.log.text).not.toMatch(/xxxx|no HTTP/);
  });

  test('does not fill the log', async () => {
    const backend = await open(NOWHERE, OFF);
    for (let times = 0; times < 30; times += 1) {
      const one = await openRawConnection(backend.url);
      one.write('this is no HTTP\r\n\r\n');
      await one.closed;
    }
    const messages = backend.log.messages();
    expect(messages.filter((msg) => msg === 'Request that could not be read')).toHaveLength(20);
    expect(messages.filter((msg) => msg.startsWith('More refusals'))).toHaveLength(1);
  });

  test('is logged if a byte arrived, and not for a silent connection', async () => {
    const backend = await open(NOWHERE, OFF, {
      connections: { ...DEFAULT_CONNECTIONS, headersMs: 100, requestMs: 200, checkMs: 20 },
    });
    for (const [half, lines] of [
      ['', 0],
      [HALVES['half the headers'], 1],
    ] as const) {
      const one = await openRawConnection(backend.url);
      one.write(half);
      expect(await one.closed).toContain(' 408 ');
      expect(backend.log.messages().filter((msg) => msg === 'Request that could not be read')).toHaveLength(
        lines,
      );
    }
  });
});

test("a sign-in's headers are within the limit", async () => {
  const backend = await open(NOWHERE, OFF);
  const chunks = [0, 1, 2, 3].map((n) => `AppServiceAuthSession${n}=${'c'.repeat(4_000)}`);
  const { status } = await backend.get('/healthz', {
    cookie: chunks.join('; '),
    'x-ms-client-principal': 'p'.repeat(20_000),
    'x-ms-token-aad-id-token': 't'.repeat(20_000),
  });
  expect(status).toBe(200);
});

test('a connection, a request and its headers have limits', async () => {
  const { backend } = await open(NOWHERE, ON);
  const { maxConnections, requestTimeout, headersTimeout, keepAliveTimeout } = backend.app.server;
  expect({ maxConnections, requestTimeout, headersTimeout, keepAliveTimeout }).toEqual({
    maxConnections: 512,
    requestTimeout: 20_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 72_000,
  });
});

test('the process ends cleanly and at once after malformed requests', async () => {
  const dist = path.join(folder, 'dist');
  const build = spawnSync(process.execPath, ['--import', 'tsx', 'app/build.ts', dist], { cwd: ROOT });
  expect([build.status, build.stderr.toString()]).toEqual([0, '']);
  const server = spawn(process.execPath, [path.join(dist, 'server.mjs')], { env: OFF });
  const ended = once(server, 'exit');
  try {
    let url = '';
    for await (const line of createInterface(server.stdout)) {
      url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '';
      if (url !== '') break;
    }
    await openRawConnections(url, 50);
    expect((await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).status).toBe(200);
    const before = Date.now();
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    // The time limit is 50 s.
    expect(Date.now() - before).toBeLessThan(4500);
  } finally {
    server.kill('SIGKILL');
  }
}, 60_000);
