import { bench, closeAll, RECORDED, type Bench } from './helpers';
import type { SomeSwitches } from '../../../local/tavus/switches';

afterEach(closeAll);

const JOINED = 'system.replica_joined';
const SHUTDOWN = 'system.shutdown';
const TRANSCRIPT = 'application.transcription_ready';
const RECORDING = 'application.recording_ready';

/** One recorded call to its last callback. */
async function call(switches: SomeSwitches): Promise<Bench & { id: string }> {
  const it = await bench({ switches: { perceptionMs: 6_000, ...switches } });
  const id = await it.create();
  await it.clock.advance(3_000);
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.api('POST', `/conversations/${id}/end`);
  await it.simulator.settled(id);
  await it.clock.advance(60_000);
  return { ...it, id };
}

test('duplicate: each callback comes twice, word for word', async () => {
  const { callbacks } = await call({ duplicate: true });
  expect(callbacks).toHaveLength(10);
  for (let n = 0; n < callbacks.length; n += 2) expect(callbacks[n + 1]).toEqual(callbacks[n]);
});

test('shuffle: the last comes first', async () => {
  const it = await call({ shuffle: true });
  expect(it.types()).toEqual(['application.perception_analysis', RECORDING, TRANSCRIPT, SHUTDOWN, JOINED]);
});

test('recording_ready before shutdown', async () => {
  const it = await call({ recordingReadyBeforeShutdown: true });
  expect(it.types().slice(0, 4)).toEqual([JOINED, RECORDING, SHUTDOWN, TRANSCRIPT]);
});

test('recording_ready before shutdown: without a recording the shutdown does not wait', async () => {
  const it = await bench({ switches: { recordingReadyBeforeShutdown: true } });
  const id = await it.create();
  await it.api('POST', `/conversations/${id}/end`);
  await it.clock.advance(1);
  expect(it.types()).toEqual([SHUTDOWN, TRANSCRIPT]);
});

test('drop: the event is logged, but never sent', async () => {
  const it = await call({ drop: [RECORDING] });
  expect(it.types()).not.toContain(RECORDING);
  const { json } = await it.api('GET', `/conversations/${it.id}?verbose=true`);
  expect(json['events']).toContainEqual(expect.objectContaining({ event_type: RECORDING }));
});

test('delay: callbacks come later, their times stay', async () => {
  const it = await bench({ switches: { callbackDelayMs: 20_000 } });
  await it.create();
  await it.clock.advance(22_999);
  expect(it.types()).toEqual([]);
  await it.clock.advance(1);
  expect(it.callbacks[0]?.payload.timestamp).toBe('2026-06-01T10:00:03.000000Z');
});

test('unknown event: one more callback, which the log does not know', async () => {
  const it = await call({ unknownEvent: true });
  expect(it.types()).toContain('application.not_in_any_document');
  expect((await it.api('GET', `/conversations/${it.id}?verbose=true`)).text).not.toContain(
    'not_in_any_document',
  );
});

test('foreign conversation: each callback is followed by one about a conversation nobody knows', async () => {
  const { api, callbacks, id } = await call({ foreignConversation: true });
  expect(callbacks).toHaveLength(10);
  const foreign = callbacks.filter((_callback, index) => index % 2 === 1);
  for (const { payload } of foreign) {
    expect(payload.conversation_id).not.toBe(id);
    expect((await api('GET', `/conversations/${payload.conversation_id}`)).status).toBe(400);
  }
});

test('pal_joined comes in addition, with face_id', async () => {
  const it = await call({ palJoined: true });
  expect(it.types().slice(0, 2)).toEqual([JOINED, 'system.pal_joined']);
  expect(it.callbacks[1]?.payload).toMatchObject({
    message_type: 'system',
    properties: { face_id: 'r_laptop' },
  });
});

test('without webhook_url: recording_ready alone lacks it', async () => {
  const { callbacks } = await call({ omitWebhookUrl: true });
  const without = callbacks.filter(({ payload }) => payload.webhook_url === undefined);
  expect(without.map(({ payload }) => payload.event_type)).toEqual([RECORDING]);
});

test.each<[string, number | undefined]>([
  ['refuses', 500],
  ['does not answer', undefined],
])('no retry by default when the receiver %s', async (_name, status) => {
  const it = await bench();
  it.receiver.status = status;
  const id = await it.create({ ...RECORDED, properties: {} });
  await it.clock.advance(60_000);
  expect((await it.room(id)).callbacks).toMatchObject([{ attempt: 1, outcome: status ?? 'no answer' }]);
});

test('retries: as many as asked, until one is taken', async () => {
  const it = await bench({ switches: { retries: 3 } });
  it.receiver.status = 503;
  const id = await it.create();
  await it.clock.advance(4_500);
  it.receiver.status = 204;
  await it.clock.advance(60_000);
  expect((await it.room(id)).callbacks.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 503],
    [2, 503],
    [3, 204],
  ]);
});
