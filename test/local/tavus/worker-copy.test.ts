import { bench, closeAll, RECORDED } from './helpers';
import { REGION } from './fake-cloud';

afterEach(closeAll);

const GCS = {
  provider: 'gcs',
  bucket_name: 'gcs-bucket',
  project_id: 'p',
  workload_identity_provider: 'projects/1/x',
  service_account_email: 'a@b.example',
  key_template: 'rec/{conversation_id}-{epoch_ms}.mp4',
};
const AZURE = {
  provider: 'azure_blob',
  storage_account: 'acct',
  container: 'box',
  tenant_id: 't',
  client_id: 'i',
};
const createBody = (recording_storage: object): object => ({
  ...RECORDED,
  properties: { enable_recording: true, recording_storage, participant_left_timeout: 60 },
});

test.each([
  [GCS, /^rec\/c\w+-\d{13}\.mp4$/, 'gcs-bucket', /^gs:\/\/gcs-bucket\/rec\//],
  [AZURE, /^tavus\/c\w+\/\d{13}$/, 'box', /^azure:\/\/acct\/box\/tavus\//],
])('a copy to $provider is reported like a direct upload', async (storage, key, bucket, uri) => {
  const it = await bench();
  await it.recordOnce(await it.create(createBody(storage)));
  await it.clock.advance(5_000);
  expect(it.cloud.assumed).toEqual([]);
  expect(it.callbacks.at(-1)?.payload).toMatchObject({
    event_type: 'application.recording_ready',
    properties: {
      bucket_name: bucket,
      s3_key: expect.stringMatching(key),
      storage_provider: storage.provider,
      storage_uri: expect.stringMatching(uri),
    },
  });
});

test('a copy that fails in all attempts is reported as recording_copy_failed, without an error in the room', async () => {
  const it = await bench({ faults: { workerCopyRefused: true } });
  const id = await it.create(createBody(GCS));
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
      storage_provider: 'gcs',
      error_code: 'DESTINATION_AUTH_FAILED',
      error_message: expect.any(String),
    },
  });
  await it.clock.advance(60_000);
  expect(it.types()).not.toContain('application.recording_ready');
});

test('workerCopyRegions: the recording is copied to S3 after its end', async () => {
  const it = await bench({ faults: { workerCopyRegions: [REGION] } });
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

test('the worker retries, and succeeds once it has the permissions', async () => {
  const it = await bench({ faults: { workerCopyRegions: [REGION] } });
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

test('a worker without access to S3 reports DESTINATION_AUTH_FAILED', async () => {
  const it = await bench({ faults: { workerCopyRegions: [REGION], workerCopyAttempts: 1 } });
  const id = await it.create();
  it.cloud.role = undefined;
  await it.recordOnce(id);
  await it.clock.advance(0);
  expect(it.callbacks.at(-1)?.payload.properties).toMatchObject({
    storage_provider: 's3',
    error_code: 'DESTINATION_AUTH_FAILED',
  });
});
