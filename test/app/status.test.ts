import type { Deps } from '../../app/app';
import type { RequestSender } from '../../app/tavus/exchange';
import { BUCKET, closeEverything, ON, open, SECRET, type RunningBackend } from './helpers';
import { film } from './recordings/film';
import { MemoryBucket } from './recordings/memory-bucket';
import { makeCallbackToken } from './tokens';

afterEach(closeEverything);

const START_ID = 'c'.repeat(32);
const ID = 'c1';
/** Start time of the fake clock. */
const NOW = Date.UTC(2026, 5, 1, 10, 0, 0);
const keyAt = (second: number): string => `tavus/${ID}/${NOW + second * 1000}`;
const timeAt = (second: number): string => new Date(NOW + second * 1000).toISOString();

const ready = (second: number, duration = 10) => ({
  event_type: 'application.recording_ready',
  timestamp: timeAt(second + duration + 30),
  properties: { bucket_name: BUCKET, s3_key: keyAt(second), duration },
});
const copyFailed = (second: number) => ({
  event_type: 'application.recording_copy_failed',
  timestamp: timeAt(second + 60),
  properties: { s3_key: keyAt(second), duration: 10, error_code: 'DESTINATION_AUTH_FAILED' },
});

/** A fake Tavus with one conversation, which counts the requests for it. */
interface Tavus extends RequestSender {
  events: object[];
  asked: number;
  status: number;
  /** Responses wait for it. */
  held: Promise<void>;
}

function fakeTavus(): Tavus {
  const request = async ({ method }: { method: string }): Promise<unknown> => {
    const conversation = { conversation_id: ID, conversation_url: `https://tavus.daily.co/${ID}` };
    if (method === 'GET') {
      tavus.asked += 1;
      await tavus.held;
    }
    const callback_url = `http://localhost:8080/tavus/callback/${START_ID}/x`;
    const text = JSON.stringify(
      method === 'GET' ? { ...conversation, callback_url, events: tavus.events } : conversation,
    );
    const headers = { 'content-type': 'application/json', 'content-length': String(text.length) };
    return { statusCode: method === 'GET' ? tavus.status : 200, headers, body: { text: async () => text } };
  };
  const tavus = { request, events: [], asked: 0, status: 200, held: Promise.resolve() };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the client uses is there
  return tavus as object as Tavus;
}

interface Page {
  readonly tavus: Tavus;
  readonly backend: RunningBackend;
  readonly status: () => Promise<Record<string, unknown>>;
  readonly report: (event: string, second?: number) => Promise<unknown>;
  readonly callback: (event: object) => Promise<void>;
  readonly pass: (seconds: number) => void;
}

interface PageOptions extends Pick<Deps, 'recordings'> {
  readonly isRestarted?: boolean;
}

/** A conversation, from the view of its page. */
async function page({ isRestarted = false, ...given }: PageOptions = {}): Promise<Page> {
  const tavus = fakeTavus();
  const deps = { dispatcher: tavus, newStartId: () => START_ID, ...given };
  const first = await open('http://127.0.0.1:1/v2', ON, deps);
  const { page_token: token } = (await first.post('/tavus/start', {})).json;
  const backend = isRestarted ? await open('http://127.0.0.1:1/v2', ON, deps) : first;
  const headers = { 'x-page-token': String(token) };
  return {
    tavus,
    backend,
    status: async () => (await backend.get(`/tavus/status/${ID}`, headers)).json,
    async report(event, second = (backend.clock.now() - NOW) / 1000) {
      const reply = await backend.post(
        `/tavus/recording-events/${ID}`,
        { event, at: timeAt(second) },
        headers,
      );
      return reply.json['recording'] ?? reply.status;
    },
    async callback(event) {
      const path = `/tavus/callback/${START_ID}/${makeCallbackToken(SECRET, START_ID, backend.clock.now(), 3600)}`;
      const reply = await backend.post(path, { conversation_id: ID, ...event });
      expect(reply.status).toBe(200);
    },
    pass: (seconds) => backend.clock.advance(seconds * 1000),
  };
}

describe('the status requests events from Tavus until a recording is known', () => {
  test('after a callback that was lost', async () => {
    const { tavus, status, report, pass } = await page();
    await report('recording-started');
    expect(await status()).toMatchObject({ recording: 'recording' });
    tavus.events = [ready(0)];
    pass(60);
    expect(await status()).toEqual({
      recording: 'announced',
      recordings: [{ key: keyAt(0), verified: false }],
    });
  });

  test('after a restart, also when the page reported first', async () => {
    const { tavus, status, report, pass } = await page({ isRestarted: true });
    await report('recording-stopped');
    tavus.events = [ready(-20)];
    pass(10);
    expect(await status()).toMatchObject({ recording: 'announced', recordings: [{ key: keyAt(-20) }] });
  });

  test('and not once it has landed', async () => {
    const { tavus, status, callback, pass } = await page();
    await callback(ready(0));
    pass(60);
    expect(await status()).toMatchObject({ recording: 'announced' });
    expect(tavus.asked).toBe(0);
  });

  test('and reports it as seen once the backend has checked the bucket', async () => {
    const recordings = new MemoryBucket();
    recordings.put(keyAt(0), await film(10));
    const { backend, status, callback } = await page({ recordings });
    await backend.backend.watch.tick();
    await callback(ready(0));
    await backend.backend.watch.stop();
    expect(await status()).toMatchObject({
      recording: 'landed',
      recordings: [{ key: keyAt(0), verified: true, size: expect.any(Number) }],
    });
  });

  test('at most once in ten seconds', async () => {
    const { tavus, status, pass } = await page();
    for (let second = 0; second < 30; second += 1) {
      await status();
      pass(1);
    }
    expect(tavus.asked).toBe(3);
  });

  test('once for all concurrent requests, regardless of duration', async () => {
    const { tavus, status, pass } = await page();
    let letGo = (): void => undefined;
    tavus.held = new Promise((resolve) => {
      letGo = resolve;
    });
    tavus.events = [ready(0)];
    const early = [status(), status()];
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tavus.asked).toBe(1);
    pass(14);
    const late = status();
    await new Promise((resolve) => setTimeout(resolve, 50));
    letGo();
    for (const answer of await Promise.all([...early, late]))
      expect(answer).toMatchObject({ recording: 'announced' });
    expect(tavus.asked).toBe(1);
  });

  test('and returns its own state while Tavus cannot be reached', async () => {
    const { tavus, status, report } = await page();
    tavus.status = 500;
    await report('recording-started');
    expect(await status()).toMatchObject({ recording: 'recording', recordings: [] });
  });

  test('and returns an error if it has no state and Tavus cannot be reached, without a request each time', async () => {
    const { tavus, status, pass } = await page({ isRestarted: true });
    tavus.status = 500;
    expect([await status(), await status()]).toMatchObject([{ status: 502 }, { status: 502 }]);
    expect(tavus.asked).toBe(1);
    tavus.status = 200;
    pass(10);
    expect(await status()).toMatchObject({ recording: 'starting' });
  });

  test('and logs new events once', async () => {
    const { tavus, backend, status, pass, callback } = await page();
    tavus.events = [ready(0), { event_type: 'system.shutdown' }];
    await status();
    pass(10);
    await callback({ ...ready(0), timestamp: timeAt(99) });
    const landings = backend.log.messages().filter((message) => message === 'Recording announced');
    expect(landings).toHaveLength(1);
  });
});

describe('several recordings of one conversation', () => {
  test('are all listed in the order of their starts, regardless of the order of callbacks', async () => {
    const { status, callback } = await page();
    await callback(ready(60));
    await callback(ready(0));
    await callback(ready(120));
    expect(await status()).toEqual({
      recording: 'announced',
      recordings: [0, 60, 120].map((second) => ({ key: keyAt(second), verified: false })),
    });
  });

  test('have landed once the last started one has', async () => {
    const { report, status, callback, pass } = await page();
    await report('recording-started');
    pass(10);
    await report('recording-stopped');
    pass(10);
    expect(await report('recording-started')).toBe('recording');
    await callback(ready(0));
    expect(await status()).toMatchObject({ recording: 'recording', recordings: [{ key: keyAt(0) }] });
    await callback(ready(19));
    expect(await status()).toMatchObject({
      recording: 'announced',
      recordings: [{ key: keyAt(0) }, { key: keyAt(19) }],
    });
  });

  test('are not landed if the last one could not be copied, and the first stays listed', async () => {
    const { status, callback } = await page();
    await callback(ready(0));
    await callback(copyFailed(60));
    expect(await status()).toMatchObject({ recording: 'waiting', recordings: [{ key: keyAt(0) }] });
    await callback(ready(60));
    expect(await status()).toMatchObject({
      recording: 'announced',
      recordings: [{ key: keyAt(0) }, { key: keyAt(60) }],
    });
  });
});

test('a recording start reported twice counts once', async () => {
  const { report, status, callback, pass } = await page();
  await report('recording-started', 1);
  pass(50);
  await report('recording-started', 1);
  await callback(ready(0));
  expect(await status()).toMatchObject({ recording: 'announced' });
});

test('the order is by our clock: a page with a slow clock does not hide a second start', async () => {
  const { report, status, callback, pass } = await page();
  await report('recording-started', -3600);
  pass(20);
  await report('recording-started', -3580);
  await callback(ready(0));
  expect(await status()).toMatchObject({ recording: 'recording' });
});

test.each([
  ['years ago', -3 * 365 * 86_400],
  ['in years', 3 * 365 * 86_400],
  ['more than a day ago', -86_401],
  ['in more than a day', 86_401],
])('a report with a time %s is refused, and the error names the field', async (_case, second) => {
  const { backend, report, status } = await page();
  expect(await report('recording-error', second)).toBe(400);
  expect(await status()).toMatchObject({ recording: 'starting' });
  expect(backend.log.find('Recording refused or broken off')).toBeUndefined();
});

test.each(['error', 'silent'])('the outcome of a recording is logged at level %s', async (level) => {
  const tavus = fakeTavus();
  const deps = { dispatcher: tavus, newStartId: () => START_ID };
  const backend = await open('http://127.0.0.1:1/v2', { ...ON, LOG_LEVEL: level }, deps);
  const { page_token: token } = (await backend.post('/tavus/start', {})).json;
  const headers = { 'x-page-token': String(token) };
  for (const event of ['recording-error', 'recording-started', 'recording-stopped']) {
    await backend.post(`/tavus/recording-events/${ID}`, { event, at: timeAt(0) }, headers);
  }
  tavus.events = [
    ready(0),
    copyFailed(60),
    { ...ready(90), properties: { bucket_name: 'another', s3_key: keyAt(90) } },
    { event_type: 'system.shutdown' },
  ];
  await backend.get(`/tavus/status/${ID}`, headers);
  expect(backend.log.lines().map(({ level: one, msg }) => [one, msg])).toEqual([
    ['info', '📹 Recording enabled with S3 bucket: acme-recordings'],
    ['warn', 'Recording refused or broken off'],
    ['info', 'Recording started'],
    ['info', 'Recording stopped'],
    ['info', 'Recording announced'],
    ['error', 'Recording could not be copied into the bucket'],
    ['error', 'Recording announced where it should not be'],
  ]);
});
