import type { Deps } from '../../app/app';
import { factsOf } from '../../app/ledger/facts';
import { Ledger } from '../../app/ledger/ledger';
import { memoryStore } from '../../app/ledger/memory';
import { closeEverything, OFF, ON, openBoth, type Both, type RunningBackend } from './helpers';

afterEach(closeEverything);

interface Page {
  readonly both: Both;
  readonly id: string;
  readonly token: string;
  readonly report: (event: string, at: string, message?: string) => Promise<unknown>;
}

async function page(env = ON, deps: Deps = {}): Promise<Page> {
  const both = await openBoth(env, deps);
  const { conversation_id: id, page_token: token } = await both.start();
  return {
    both,
    id,
    token,
    async report(event, at, message) {
      const path = `/tavus/recording-events/${id}`;
      const reply = await both.post(path, { event, at, message }, { 'x-page-token': token });
      return reply.json['recording'] ?? reply.status;
    },
  };
}

const statusOf = async (backend: RunningBackend, id: string, token: string): Promise<unknown> =>
  (await backend.get(`/tavus/status/${id}`, { 'x-page-token': token })).json;

const REPORT = '11111111-2222-4333-8444-555555555555';
const SESSION = '66666666-7777-4888-9999-000000000000';

const at = (second: number): string => `2026-06-01T10:00:0${second}.000Z`;

test('a page reports the events of its room', async () => {
  const { both, id, report } = await page();
  expect(await report('recording-error', at(1), 'see https://tavus.daily.co/c1?t=tok')).toBe('starting');
  expect(await report('recording-started', at(2))).toBe('recording');
  expect(await report('recording-stopped', at(3))).toBe('waiting');
  expect(await report('recording-error', at(4))).toBe('waiting');
  expect(both.log.find('Recording refused or broken off')).toMatchObject({
    level: 'warn',
    conversation_id: id,
    at: at(1),
    message: 'see https://tavus.daily.co/[hidden]',
  });
});

test('an out-of-order report changes nothing', async () => {
  const { report } = await page();
  await report('recording-started', at(5));
  expect(await report('recording-error', at(1))).toBe('recording');
  expect(await report('recording-started', at(0))).toBe('recording');
});

test('a repeated report is recognised by its id or its content', async () => {
  const { both, id, token } = await page();
  const started = { event: 'recording-started', at: at(1) };
  const joined = { event: 'joined', at: at(0), report_id: REPORT, page_session: SESSION };
  for (const body of [joined, started, joined, started]) {
    const reply = await both.post(`/tavus/recording-events/${id}`, body, { 'x-page-token': token });
    expect(reply.status).toBe(200);
  }
  const told = both.log
    .messages()
    .filter((line) => /^(?:Page joined the call|Recording started)$/.test(line));
  expect(told).toEqual(['Page joined the call', 'Recording started']);
});

test.each([
  ['sts:AssumeRole: Error fetching STS credentials', 'role'],
  ['You are not allowed to record', 'refused'],
  ['recording failed', 'other'],
])("the type and the message of a room's error are stored separately: %s", async (words, error) => {
  const store = memoryStore();
  const { both, id, token } = await page(ON, { store });
  const body = { event: 'recording-error', at: at(1), report_id: REPORT, message: words };
  await both.post(`/tavus/recording-events/${id}`, body, { 'x-page-token': token });
  const ledger = new Ledger(store);
  const facts = await ledger.facts(String(await ledger.startOf(id)));
  expect(factsOf(facts, 'page')).toMatchObject([{ reportId: REPORT, error }]);
  expect(JSON.stringify(factsOf(facts, 'page'))).not.toContain(words);
  expect(facts).toContainEqual({ kind: 'person', at: expect.any(Number), of: `page:${REPORT}`, words });
});

test.each([
  [{ event: 'recording-paused', at: at(1) }],
  [{ event: 'recording-started', at: 'now' }],
  [{ event: 'recording-started' }],
  [{ event: 'recording-started', at: at(1), other: 1 }],
  [{ event: 'joined', at: at(1), report_id: 'again' }],
  [{ event: 'joined', at: at(1), page_session: 7 }],
  [{ event: 'recording-started', at: at(1), recording_id: 'x'.repeat(65) }],
  [{ event: 'left', at: at(1), message: 'x'.repeat(501) }],
])('refuses a malformed report: %j', async (body) => {
  const { both, id, token } = await page();
  const reply = await both.post(`/tavus/recording-events/${id}`, body, { 'x-page-token': token });
  expect(reply.status).toBe(400);
});

describe('end', () => {
  test('ends the call at Tavus once, even if requested several times', async () => {
    const { both, id, token } = await page();
    for (let times = 0; times < 3; times += 1) {
      const reply = await both.post(`/tavus/end/${id}`, undefined, { 'x-page-token': token });
      expect([reply.status, reply.json]).toEqual([200, { conversation_id: id, status: 'ended' }]);
    }
    expect((await both.tavus.api('GET', `/conversations/${id}`)).json['status']).toBe('ended');
    expect(both.log.messages().filter((line) => line === 'Conversation ended by its page')).toHaveLength(1);
  });

  test('accepts the token in the body, as a closing page sends it', async () => {
    const { both, id, token } = await page();
    const reply = await both.post(`/tavus/end/${id}`, { page_token: token });
    expect(reply.status).toBe(200);
  });

  test('succeeds if Tavus says that the call is already over', async () => {
    const { both, id, token } = await page();
    await both.tavus.sim('/faults', { secondEndStatus: 400 });
    await both.tavus.api('POST', `/conversations/${id}/end`);
    expect((await both.post(`/tavus/end/${id}`, { page_token: token })).status).toBe(200);
  });

  test('reports a failure of Tavus, and can be repeated', async () => {
    const { both, id, token } = await page();
    await both.tavus.sim('/faults', { apiFault: 'html-500' });
    expect((await both.post(`/tavus/end/${id}`, { page_token: token })).status).toBe(502);
    await both.tavus.sim('/faults', { apiFault: 'none' });
    expect((await both.post(`/tavus/end/${id}`, { page_token: token })).status).toBe(200);
  });

  test('works after a restart', async () => {
    const { both, id, token } = await page();
    const next = await both.restart();
    expect((await next.post(`/tavus/end/${id}`, { page_token: token })).status).toBe(200);
    expect((await both.tavus.api('GET', `/conversations/${id}`)).json['status']).toBe('ended');
  });
});

describe('status after a restart', () => {
  test('comes from the callbacks stored at Tavus', async () => {
    const { both, id, token } = await page();
    await both.tavus.recordOnce(id);
    await both.tavus.sim('/faults', { drop: ['application.recording_ready'] });
    await both.tavus.clock.advance(10_000);
    const next = await both.restart();
    expect(await statusOf(next, id, token)).toMatchObject({ recording: 'announced' });
  });

  test('is not-expected for a conversation without recording, without a request to Tavus', async () => {
    const { both, id, token } = await page({ ...OFF, CALLBACK_SECRETS: 'a-secret-of-some-length' });
    const next = await both.restart();
    await both.tavus.sim('/faults', { apiFault: 'html-500' });
    expect(await statusOf(next, id, token)).toEqual({ recording: 'not-expected', recordings: [] });
  });

  test('is a problem response while Tavus cannot be reached', async () => {
    const { both, id, token } = await page();
    const next = await both.restart();
    await both.tavus.sim('/faults', { apiFault: 'html-500' });
    expect(await statusOf(next, id, token)).toMatchObject({ status: 502 });
  });
});
