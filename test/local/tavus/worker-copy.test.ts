import { bench, closeAll } from './helpers';
import { REGION } from './memory-cloud';

afterEach(closeAll);

test('an S3 region that Daily does not know is copied to after the end', async () => {
  const it = await bench({ switches: { workerCopyRegions: [REGION] } });
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.clock.advance(1_000);
  expect(it.cloud.uploads.size).toBe(0);
  await it.sim(`/rooms/${id}/recording/stop`, {});
  await it.simulator.settled(id);
  expect((await it.room(id)).recordings).toMatchObject([{ state: 'delivered' }]);
  expect(it.cloud.objects.size).toBe(1);
});

test('the worker tries again, and succeeds once the rights are there', async () => {
  const it = await bench({ switches: { workerCopyRegions: [REGION] } });
  const id = await it.create();
  it.cloud.denied.set('s3:PutObject', 'no');
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.sim(`/rooms/${id}/recording/stop`, {});
  await it.clock.untilWaitingFor(2_000);
  it.cloud.denied.clear();
  await it.clock.advance(2_000);
  await it.simulator.settled(id);
  expect((await it.room(id)).recordings).toMatchObject([{ state: 'delivered' }]);
});

test('a copy that is refused to the last is told as recording_copy_failed, not as an error in the room', async () => {
  const it = await bench({ switches: { workerCopyRegions: [REGION] } });
  const id = await it.create();
  it.cloud.role = undefined;
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.sim(`/rooms/${id}/recording/stop`, {});
  await it.clock.advance(3_999);
  expect(it.types()).not.toContain('application.recording_copy_failed');
  await it.clock.advance(1);
  const { events, recordings } = await it.room(id);
  expect(events.map(({ action }) => action)).toEqual(['recording-started', 'recording-stopped']);
  expect(it.callbacks.at(-1)?.payload).toMatchObject({
    event_type: 'application.recording_copy_failed',
    message_type: 'application',
    properties: {
      recording_id: recordings[0]?.recordingId,
      s3_key: recordings[0]?.key,
      duration: 1,
      storage_provider: 's3',
      error_code: 'DESTINATION_AUTH_FAILED',
      error_message: expect.any(String),
    },
  });
  await it.clock.advance(60_000);
  expect(it.types()).not.toContain('application.recording_ready');
});
