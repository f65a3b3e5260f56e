import { bench, closeAll, RECORDED, type Bench } from './helpers';
import type { FaultOverrides } from '../../../local/tavus/fault-config';

afterEach(closeAll);

const JOINED = 'system.replica_joined';
const SHUTDOWN = 'system.shutdown';
const TRANSCRIPT = 'application.transcription_ready';
const RECORDING = 'application.recording_ready';

/** Makes a recorded call and waits for its last callback. */
async function call(faults: FaultOverrides): Promise<Bench & { id: string }> {
  const it = await bench({ faults: { perceptionMs: 6_000, ...faults } });
  const id = await it.create();
  await it.clock.advance(3_000);
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.api('POST', `/conversations/${id}/end`);
  await it.simulator.settled(id);
  await it.clock.advance(60_000);
  return { ...it, id };
}

test('duplicate: sends each callback twice, with the same body', async () => {
  const { callbacks } = await call({ duplicate: true });
  expect(callbacks).toHaveLength(10);
  for (let n = 0; n < callbacks.length; n += 2) expect(callbacks[n + 1]).toEqual(callbacks[n]);
});

test('shuffle: sends the callbacks in reverse order', async () => {
  const it = await call({ shuffle: true });
  expect(it.types()).toEqual(['application.perception_analysis', RECORDING, TRANSCRIPT, SHUTDOWN, JOINED]);
});

test('recordingReadyBeforeShutdown: sends recording_ready before shutdown', async () => {
  const it = await call({ recordingReadyBeforeShutdown: true });
  expect(it.types().slice(0, 4)).toEqual([JOINED, RECORDING, SHUTDOWN, TRANSCRIPT]);
});

test('recordingReadyBeforeShutdown: does not delay the shutdown without a recording', async () => {
  const it = await bench({ faults: { recordingReadyBeforeShutdown: true } });
  const id = await it.create();
  await it.api('POST', `/conversations/${id}/end`);
  await it.clock.advance(1);
  expect(it.types()).toEqual([SHUTDOWN, TRANSCRIPT]);
});

test('drop: logs the event, but does not send it', async () => {
  const it = await call({ drop: [RECORDING] });
  expect(it.types()).not.toContain(RECORDING);
  const { json } = await it.api('GET', `/conversations/${it.id}?verbose=true`);
  expect(json['events']).toContainEqual(expect.objectContaining({ event_type: RECORDING }));
});

test('callbackDelayMs: sends callbacks later, with their original timestamps', async () => {
  const it = await bench({ faults: { callbackDelayMs: 20_000 } });
  await it.create();
  await it.clock.advance(22_999);
  expect(it.types()).toEqual([]);
  await it.clock.advance(1);
  expect(it.callbacks[0]?.payload.timestamp).toBe('2026-06-01T10:00:03.000000Z');
});

test('foreignConversation: sends each callback again for a conversation that does not exist', async () => {
  const { api, callbacks, id } = await call({ foreignConversation: true });
  expect(callbacks).toHaveLength(10);
  const foreign = callbacks.filter((_callback, index) => index % 2 === 1);
  for (const { payload } of foreign) {
    expect(payload.conversation_id).not.toBe(id);
    expect((await api('GET', `/conversations/${payload.conversation_id}`)).status).toBe(400);
  }
});

test.each<[string, number | undefined]>([
  ['returns an error', 500],
  ['does not respond', undefined],
])('sends no callback again if the receiver %s', async (_name, status) => {
  const it = await bench();
  it.receiver.status = status;
  const id = await it.create({ ...RECORDED, properties: {} });
  await it.clock.advance(60_000);
  expect((await it.room(id)).callbacks).toMatchObject([{ outcome: status ?? 'no answer' }]);
});
