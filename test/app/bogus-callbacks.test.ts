import { takeIn } from '../../app/callbacks/take-in';
import { Ledger } from '../../app/ledger/ledger';
import { Slots } from '../../app/ledger/slots';
import { memoryStore } from '../../app/ledger/memory';
import { BUCKET, closeEverything, ON, open, openBoth, SECRET, silentLog, TestClock } from './helpers';
import { makeCallbackToken } from './tokens';

afterEach(closeEverything);

const NOWHERE = 'http://127.0.0.1:1/v2';
const BOGUS = `/tavus/callback/${'a'.repeat(32)}/zzz.${'A'.repeat(43)}`;

test('callbacks with wrong tokens are limited, but never valid ones from the same address', async () => {
  const both = await openBoth(ON, { limits: { starts: 9, others: 3 } });
  const statuses: number[] = [];
  for (let time = 0; time < 5; time += 1) statuses.push((await both.post(BOGUS, {})).status);
  expect(statuses).toEqual([404, 404, 404, 429, 429]);
  const { conversation_id: id } = await both.start();
  const created = (await both.created())[0];
  const callback = new URL(String(created?.['callback_url'])).pathname;
  for (let time = 0; time < 10; time += 1) {
    const body = { conversation_id: id, event_type: 'system.replica_joined', timestamp: String(time) };
    expect((await both.post(callback, body)).status).toBe(200);
  }
});

test('an expired token counts as a wrong one', async () => {
  const backend = await open(NOWHERE, ON, { limits: { starts: 9, others: 1 } });
  const token = makeCallbackToken(SECRET, 'a'.repeat(32), backend.clock.now() - 3_600_000, 60);
  const statuses: number[] = [];
  for (let time = 0; time < 2; time += 1) {
    statuses.push((await backend.post(`/tavus/callback/${'a'.repeat(32)}/${token}`, {})).status);
  }
  expect(statuses).toEqual([404, 429]);
});

describe('the log', () => {
  const REFUSED = 20;

  test.each([
    ['bogus callbacks', (time: number) => `${BOGUS}${time}`],
    ['invalid addresses', (time: number) => `/${time}`],
  ])('is not filled by %s: it has their number', async (_case, pathOf) => {
    const backend = await open(NOWHERE, ON);
    for (let time = 0; time < 200; time += 1) await backend.post(pathOf(time), {});
    expect(backend.log.lines().filter(({ msg }) => msg === 'Request')).toHaveLength(REFUSED);
    expect(backend.log.find('More refusals like this are not logged this minute')).toMatchObject({
      level: 'warn',
      status: 404,
    });
    backend.clock.advance(60_000);
    await backend.post(pathOf(0), {});
    expect(backend.log.lines().findLast(({ msg }) => msg === 'Request')).toMatchObject({
      status: 404,
      not_logged: 180,
    });
  });

  test('is not filled by starts while the sign-in is missing', async () => {
    const env = { ...ON, EASY_AUTH: 'true' };
    const backend = await open(NOWHERE, env, { askUnauthenticated: () => Promise.resolve(undefined) });
    for (let time = 0; time < 100; time += 1) {
      expect((await backend.post('/tavus/start', {}, { 'x-ms-client-principal-id': 'p' })).status).toBe(503);
    }
    expect(backend.log.lines().filter(({ level }) => level === 'error')).toHaveLength(1);
    const aboutStarts = backend.log.lines().filter(({ route }) => route === '/tavus/start');
    // The last line says that more follow.
    expect(aboutStarts).toHaveLength(REFUSED + 1);
  });

  test('has every accepted request, and every refusal for another reason', async () => {
    const backend = await open(NOWHERE, ON, { assetsDir: 'none' });
    for (let time = 0; time < 30; time += 1) await backend.post(BOGUS, {});
    for (let time = 0; time < 30; time += 1) await backend.get('/qa/config');
    await backend.get('/tavus/status/c1');
    const routes = backend.log.lines().flatMap(({ msg, route }) => (msg === 'Request' ? [route] : []));
    expect(routes.filter((route) => route === '/qa/config')).toHaveLength(30);
    expect(routes).toContain('/tavus/status/:conversation_id');
  });
});

test('stored callbacks are limited in size and number', async () => {
  const store = memoryStore();
  const ledger = new Ledger(store);
  const slots = new Slots(store, undefined, new TestClock());
  const context = {
    bucket: BUCKET,
    ledger,
    slots,
    now: () => 0,
    lookNow: () => Promise.resolve(),
    unknownTypes: 0,
  };
  const startId = 'a'.repeat(32);
  for (let time = 0; time < 1000; time += 1) {
    const payload = {
      conversation_id: 'c1',
      event_type: 'x'.repeat(199),
      timestamp: String(time),
      properties: { s3_key: 'k'.repeat(200_000), transcript: 'secret words' },
    };
    const facts = await ledger.facts(startId);
    await takeIn(context, { startId, facts }, payload, { via: 'sent', log: silentLog });
  }
  const facts = await ledger.facts(startId);
  expect(facts.map(({ kind }) => kind).toSorted()).toEqual([
    ...Array.from({ length: 500 }, () => 'callback'),
    'overflow',
  ]);
  const sizes = facts.map((fact) => JSON.stringify(fact).length);
  expect(Math.max(...sizes)).toBeLessThan(400);
  expect(JSON.stringify(facts)).not.toContain('secret words');
});
