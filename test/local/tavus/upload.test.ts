import { recordingBytes } from '../../../local/tavus/recording-bytes';
import { ROLE_ACTIONS } from '../../../local/tavus/vendor';
import { bench, closeAll, fewBytes, RECORDED, START } from './helpers';

afterEach(closeAll);

const MIB = 1024 * 1024;

test('a recording of 12 MiB is uploaded in three parts to tavus/<conversation_id>/<epoch_ms>', async () => {
  const it = await bench({ recordingSource: () => recordingBytes() });
  const id = await it.create();
  const { recordings } = await it.recordOnce(id);
  const key = `tavus/${id}/${START}`;
  const object = it.cloud.objects.get(key);
  expect([...it.cloud.objects.keys()]).toEqual([key]);
  expect(recordings).toMatchObject([
    { state: 'delivered', key, parts: 3, bytes: 12 * MIB, sha256: object?.sha256 },
  ]);
  expect(object?.partSizes).toEqual([5 * MIB, 5 * MIB, 2 * MIB]);
  expect(object?.body.toString('latin1', 4, 8)).toBe('ftyp');
});

test('the key contains the start time of the recording, not its end', async () => {
  const it = await bench();
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.clock.advance(7_000);
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.clock.advance(9_000);
  await it.sim(`/rooms/${id}/recording/stop`, {});
  await it.simulator.settled(id);
  expect([...it.cloud.objects.keys()]).toEqual([`tavus/${id}/${START + 7_000}`]);
  expect((await it.room(id)).recordings).toMatchObject([{ durationSec: 9 }]);
});

test('the upload starts with the recording, and the object exists only after its end', async () => {
  const it = await bench();
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.clock.advance(1_000);
  expect([...it.cloud.uploads.values()].map(({ key }) => key)).toEqual([`tavus/${id}/${START}`]);
  expect(it.cloud.objects.size).toBe(0);
  expect((await it.room(id)).recordings).toMatchObject([{ state: 'recording' }]);
  await it.sim(`/rooms/${id}/recording/stop`, {});
  await it.simulator.settled(id);
  expect(it.cloud.uploads.size).toBe(0);
  expect(it.cloud.objects.size).toBe(1);
});

test('parts are uploaded during the recording', async () => {
  const it = await bench({ recordingSource: () => recordingBytes() });
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  while ([...it.cloud.uploads.values()][0]?.parts.length !== 2) await it.clock.advance(10);
  expect(it.cloud.objects.size).toBe(0);
});

test('the end of the conversation completes a running recording', async () => {
  const it = await bench();
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.api('POST', `/conversations/${id}/end`);
  await it.simulator.settled(id);
  expect(await it.room(id)).toMatchObject({
    events: [{ action: 'recording-started' }, { action: 'recording-stopped' }],
    recordings: [{ state: 'delivered' }],
  });
});

test('each start has a new key, also within one millisecond', async () => {
  const it = await bench();
  const id = await it.create();
  await it.recordOnce(id);
  await it.recordOnce(id);
  expect([...it.cloud.objects.keys()]).toEqual([`tavus/${id}/${START}`, `tavus/${id}/${START + 1}`]);
});

test('each recording assumes the role again, for 12 hours', async () => {
  const it = await bench();
  await it.recordOnce(await it.create());
  expect(it.cloud.assumed.map(({ durationSec }) => durationSec)).toEqual([43_200, 43_200]);
});

test('each of the eight permissions is used', async () => {
  const it = await bench();
  await it.recordOnce(await it.create());
  expect([...new Set(it.cloud.calls)].filter((call) => call.startsWith('s3:')).toSorted()).toEqual([
    ...ROLE_ACTIONS,
  ]);
});

test('contentType: the object has no Content-Type by default', async () => {
  const it = await bench();
  await it.recordOnce(await it.create());
  await it.sim('/faults', { contentType: 'video/mp4' });
  await it.recordOnce(await it.create());
  expect([...it.cloud.objects.values()].map(({ contentType }) => contentType)).toEqual([
    undefined,
    'video/mp4',
  ]);
});

test('an empty recording is not delivered, and its upload is aborted', async () => {
  const it = await bench();
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, { media: false });
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.sim(`/rooms/${id}/recording/stop`, {});
  await it.simulator.settled(id);
  await it.clock.advance(10_000);
  expect((await it.room(id)).recordings).toMatchObject([{ state: 'discarded' }]);
  expect([it.cloud.objects.size, it.cloud.uploads.size]).toEqual([0, 0]);
  expect(it.types()).not.toContain('application.recording_ready');
});

test('a recording without a bucket is accepted, but not stored', async () => {
  const it = await bench();
  const id = await it.create({ ...RECORDED, properties: { enable_recording: true } });
  const { events, recordings } = await it.recordOnce(id);
  await it.clock.advance(10_000);
  expect(events.map(({ action }) => action)).toEqual(['recording-started', 'recording-stopped']);
  expect(recordings).toMatchObject([
    { state: 'discarded', sentence: expect.stringContaining('without a bucket') },
  ]);
  expect(it.types()).not.toContain('application.recording_ready');
});

test('a poll with until=settled returns when the upload is complete', async () => {
  const it = await bench();
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  const poll = it.sim(`/rooms/${id}?until=settled`);
  await it.clock.untilWaitingFor(60_000);
  await it.sim(`/rooms/${id}/recording/stop`, {});
  expect((await poll).json).toMatchObject({ recordings: [{ state: 'delivered' }] });
});

test('a poll with until=settled returns after a minute if the recording is not stopped', async () => {
  const it = await bench();
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  const poll = it.sim(`/rooms/${id}?until=settled`);
  await it.clock.untilWaitingFor(60_000);
  await it.clock.advance(60_000);
  expect((await poll).json).toMatchObject({ recordings: [{ state: 'recording' }] });
});

test('closing the simulator cancels a running recording and aborts its upload', async () => {
  const it = await bench({ recordingSource: fewBytes });
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.simulator.close();
  expect([it.cloud.objects.size, it.cloud.uploads.size]).toEqual([0, 0]);
});
