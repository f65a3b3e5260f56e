import type { Fact } from '../../app/ledger/facts';
import { Ledger } from '../../app/ledger/ledger';
import { memoryStore } from '../../app/ledger/memory';
import { closeEverything, ON, openBoth, SECRET, type Both } from './helpers';
import { makeCallbackToken } from './tokens';

afterEach(closeEverything);

const START_ID = 'c'.repeat(32);

interface Erased {
  readonly both: Both;
  readonly id: string;
  readonly token: string;
  readonly add: (fact: Fact) => Promise<unknown>;
  readonly facts: () => Promise<readonly Fact[]>;
}

/** A call that is still running although its erasure has begun. */
async function erased(): Promise<Erased> {
  const store = memoryStore();
  const both = await openBoth(ON, { store, newStartId: () => START_ID });
  const { conversation_id: id, page_token: token } = await both.start();
  const ledger = new Ledger(store);
  await ledger.add(START_ID, { kind: 'erased', at: both.clock.now(), step: 'begun', ticket: 'T-1' });
  return {
    both,
    id,
    token,
    add: (fact) => ledger.add(START_ID, fact),
    facts: () => ledger.facts(START_ID),
  };
}

const SHUTDOWN = { event_type: 'system.shutdown', timestamp: '2026-06-01T10:00:00Z', properties: {} };

test('a callback about an erased conversation gets 200 and is dropped', async () => {
  const { both, id, facts } = await erased();
  const before = await facts();
  const path = `/tavus/callback/${START_ID}/${makeCallbackToken(SECRET, START_ID, both.clock.now(), 3600)}`;
  const reply = await both.post(path, { conversation_id: id, ...SHUTDOWN });
  expect([reply.status, reply.json]).toEqual([200, { received: true }]);
  expect(await facts()).toEqual(before);
  expect(both.log.find('Conversation ended')).toBeUndefined();
});

test('a page report about it gets a response, and is neither stored nor logged', async () => {
  const { both, id, token, facts } = await erased();
  const before = await facts();
  const body = { event: 'recording-error', at: '2026-06-01T10:00:00.000Z', message: 'Ada has no microphone' };
  const reply = await both.post(`/tavus/recording-events/${id}`, body, { 'x-page-token': token });
  expect(reply.status).toBe(200);
  expect(await facts()).toEqual(before);
  expect(JSON.stringify(both.log.lines())).not.toContain('Ada');
});

test("Tavus's events of it are dropped, too", async () => {
  const { both, id, token, add, facts } = await erased();
  await both.tavus.api('POST', `/conversations/${id}/end`);
  const key = `tavus/${id}/1780307900000`;
  // An object was seen, so the state is not final, and the backend requests Tavus's events.
  await add({ kind: 'seen', at: both.clock.now() + 1, key, found: 'intact' });
  const before = await facts();
  const reply = await both.get(`/tavus/status/${id}`, { 'x-page-token': token });
  expect(reply.json['recording']).toBe('back');
  expect(await facts()).toEqual(before);
});

test('a page that ends it gets the response that it is over', async () => {
  const { both, id, token, facts } = await erased();
  const before = await facts();
  const reply = await both.post(`/tavus/end/${id}`, { page_token: token });
  expect([reply.status, await facts()]).toEqual([200, before]);
});
