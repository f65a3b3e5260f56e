import { Pool } from 'undici';
import { readConfig } from '../../app/config';
import { foreignTextMask } from '../../app/log/mask';
import { readProxy } from '../../contract/proxy';
import { askUnauthenticated } from '../../app/security/sign-in';
import { exchange } from '../../app/tavus/exchange';
import { openPool } from '../../app/tavus/pool';
import { closeEverything, ON, open, type RunningBackend } from './helpers';
import {
  closeProxies,
  PASSWORD,
  proxyTo,
  TLS_HOSTS,
  tlsTo,
  type ProxyAct,
  type ProxyServer,
} from './proxy-server';
import { paidTavus, type PaidTavus } from './tavus/paid-tavus';
import { closeRawServers } from './tavus/raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
  await closeProxies();
});

const [HOST] = TLS_HOSTS;
const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };

interface Network {
  readonly tavus: PaidTavus;
  readonly proxy: ProxyServer;
  readonly backend: RunningBackend;
}

/** A backend whose Tavus can be reached only through a proxy, because only the proxy resolves its name. */
async function behindProxy(env: NodeJS.ProcessEnv = {}): Promise<Network> {
  const tavus = await paidTavus();
  const proxy = await proxyTo(await tlsTo(Number(new URL(tavus.apiBaseUrl).port)));
  const backend = await open(`https://${HOST}/v2`, { ...ON, HTTPS_PROXY: proxy.url, ...env });
  return { tavus, proxy, backend };
}

test('a start goes through the proxy, with the credentials of its address', async () => {
  const { tavus, proxy, backend } = await behindProxy();
  expect((await backend.post('/tavus/start')).status).toBe(200);
  expect(tavus.paid).toHaveLength(1);
  expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:443`]));
  const basic = Buffer.from(`planted-user:${PASSWORD}`).toString('base64');
  expect([...proxy.credentials]).toEqual([`Basic ${basic}`]);
});

test.each([403, 407] as const)(
  'a proxy that refuses (%i): nothing was sent, so no search is needed, and the key can be used again',
  async (act) => {
    const { tavus, proxy, backend } = await behindProxy();
    proxy.act = act;
    const reply = await backend.post('/tavus/start', {}, KEYED);
    expect([reply.status, reply.json['detail']]).toEqual([
      503,
      'No connection to Tavus could be opened through the proxy of HTTPS_PROXY, so nothing was sent and nothing was ' +
        'started. Try again; the log says why.',
    ]);
    expect(backend.log.messages()).not.toContain('Start with an unknown outcome');
    expect(backend.log.text).toContain(
      `through the proxy http://${proxy.host} of HTTPS_PROXY: Proxy response (${act})`,
    );
    expect(backend.log.text).not.toMatch(/planted-(?:user|pass)/);
    expect(tavus.requests).toEqual([]);
    proxy.act = 'through';
    expect((await backend.post('/tavus/start', {}, KEYED)).status).toBe(200);
    expect(tavus.paid).toHaveLength(1);
  },
);

test('a connection that breaks behind the proxy after the request: unknown outcome, so the conversation is found and ended', async () => {
  const { tavus, backend } = await behindProxy();
  tavus.onCreate = (socket) => socket.destroy();
  const reply = await backend.post('/tavus/start', {}, KEYED);
  expect(reply.json['detail']).toContain('The conversation had been started; it was found and ended.');
  expect([tavus.paid.length, tavus.active()]).toEqual([1, []]);
});

test.each<readonly [string, ProxyAct, string, string]>([
  ['that does not respond', 'silent', HOST, 'The proxy did not answer within 100 ms.'],
  ['that connects to another server', 'through', 'other.example', 'Hostname/IP does not match'],
])('a proxy %s: not sent', async (_, act, host, words) => {
  const { proxy } = await behindProxy();
  proxy.act = act;
  const pool = await openPool(`https://${host}`, 100, readProxy({ HTTPS_PROXY: proxy.url }).proxy);
  const found = await exchange(pool, { method: 'POST', path: '/', headers: {}, body: 'x', timeoutMs: 2000 });
  expect(found).toMatchObject({ kind: 'not-sent', reason: 'unconnected' });
  expect(String('error' in found ? found.error : '')).toContain(words);
  await pool.destroy();
});

test('a proxy that cannot be reached: not sent', async () => {
  const pool = await openPool(`https://${HOST}`, 1000, readProxy({ https_proxy: '127.0.0.1:9' }).proxy);
  const found = await exchange(pool, { method: 'POST', path: '/', headers: {}, body: 'x', timeoutMs: 2000 });
  expect(found).toMatchObject({ kind: 'not-sent', reason: 'unconnected' });
  await pool.destroy();
});

test("the proxy's password is redacted in every text, in plain and in URL encoding", async () => {
  const { proxy } = await behindProxy();
  const mask = foreignTextMask(readConfig({ ...ON, HTTPS_PROXY: proxy.url }));
  expect(mask(`${PASSWORD} at ${proxy.url}`, 200)).not.toContain('planted-pass');
});

test('this machine is reached without the proxy, with TLS too', async () => {
  const tavus = await paidTavus();
  const port = await tlsTo(Number(new URL(tavus.apiBaseUrl).port));
  const proxy = await proxyTo(port);
  const backend = await open(`https://localhost:${port}/v2`, { ...ON, HTTPS_PROXY: proxy.url });
  expect((await backend.post('/tavus/start')).status).toBe(200);
  expect(proxy.asked).toEqual([]);
});

test('the sign-in check of our public address uses the proxy', async () => {
  const { tavus, proxy } = await behindProxy();
  const ask = askUnauthenticated(readProxy({ HTTPS_PROXY: proxy.url }).proxy);
  expect(await ask(`https://${HOST}/0123`)).toMatchObject({ status: expect.any(Number) });
  expect(proxy.asked).toEqual([`${HOST}:443`]);
  expect(tavus.requests.map(({ path }) => path)).toEqual(['/0123']);
});

test('without a proxy there is only one connection pool', async () => {
  const pool = await openPool('https://tavusapi.com', 1000);
  expect(pool).toBeInstanceOf(Pool);
  await pool.destroy();
});
