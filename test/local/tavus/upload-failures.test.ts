import { ROLE_ACTIONS } from '../../../local/tavus/vendor';
import { bench, closeAll, FLAT, RECORDED, type Bench } from './helpers';
import { ROLE_ARN } from './fake-cloud';

afterEach(closeAll);

/** Records once, and expects an error in the room but no callback about the recording. Returns the cause. */
async function expectSilence(it: Bench, id: string, errorMsg = 'recording failed'): Promise<string> {
  const { events, recordings } = await it.recordOnce(id);
  await it.api('POST', `/conversations/${id}/end`);
  await it.clock.advance(300_000);
  expect(events.at(-1)).toMatchObject({ action: 'recording-error', errorMsg });
  expect(recordings).toMatchObject([{ state: 'failed' }]);
  expect(it.cloud.objects.size).toBe(0);
  expect(it.types()).toContain('application.transcription_ready');
  expect(it.types().filter((type) => type.includes('recording'))).toEqual([]);
  return recordings[0]?.sentence ?? '';
}

test.each(ROLE_ACTIONS)(
  'without %s no recording is delivered, and `sentence` names the action',
  async (action) => {
    const it = await bench();
    const id = await it.create();
    it.cloud.denied.set(action, `User ${ROLE_ARN} is not authorized`);
    const sentence = await expectSilence(it, id);
    expect(sentence).toContain(`${action} was refused: AccessDenied`);
    expect(sentence).not.toContain(ROLE_ARN);
    expect(it.cloud.uploads.size).toBe(action === 's3:AbortMultipartUpload' ? 1 : 0);
  },
);

test('a missing bucket causes no callback', async () => {
  const it = await bench();
  const id = await it.create({
    ...RECORDED,
    properties: { ...FLAT, participant_left_timeout: 60, recording_s3_bucket_name: 'no-such-bucket' },
  });
  expect(await expectSilence(it, id)).toContain('The bucket does not exist');
});

test('`sentence` names a missing bucket even if AWS returns AccessDenied', async () => {
  const it = await bench();
  const id = await it.create();
  it.cloud.denied.set('s3:ListBucket', 'no');
  it.cloud.describeBucket = () => Promise.resolve(undefined);
  expect(await expectSilence(it, id)).toContain("The role's account has no bucket with that name.");
});

test('a wrong region causes no callback', async () => {
  const it = await bench();
  it.cloud.bucket = { region: 'eu-west-1', kms: false };
  const sentence = await expectSilence(it, await it.create());
  expect(sentence).toBe(
    'The bucket is in eu-west-1, but the create request named us-east-1 (PermanentRedirect).',
  );
  expect(it.cloud.uploads.size).toBe(0);
});

test.each([
  [
    'AWS names the missing KMS action',
    false,
    'not authorized to perform: kms:GenerateDataKey on key',
    'kms:GenerateDataKey',
  ],
  ['AWS names no action, the bucket uses KMS', true, 'Access Denied', 'kms:Decrypt'],
])('missing KMS permissions cause no callback: %s', async (_name, kms, message, named) => {
  const it = await bench();
  it.cloud.bucket = { region: 'us-east-1', kms };
  it.cloud.denied.set('s3:PutObject', message);
  expect(await expectSilence(it, await it.create())).toContain(named);
});

test('a role that is deleted after the creation causes no callback', async () => {
  const it = await bench();
  const id = await it.create();
  it.cloud.role = undefined;
  expect(await expectSilence(it, id, 'Error fetching STS credentials')).toBe('The role does not exist.');
});

test('permissions removed during the call cause no callback, and the upload is aborted', async () => {
  const it = await bench();
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  it.cloud.denied.set('s3:PutObject', 'no');
  await it.sim(`/rooms/${id}/recording/stop`, {});
  await it.simulator.settled(id);
  await it.clock.advance(10_000);
  expect((await it.room(id)).events.map(({ action }) => action)).toEqual([
    'recording-started',
    'recording-stopped',
    'recording-error',
  ]);
  expect([it.cloud.objects.size, it.cloud.uploads.size]).toEqual([0, 0]);
  expect(it.types()).not.toContain('application.recording_ready');
});

test('after a failure the room can record again', async () => {
  const it = await bench();
  const id = await it.create();
  it.cloud.denied.set('s3:PutObject', 'no');
  await it.recordOnce(id);
  it.cloud.denied.clear();
  const { recordings } = await it.recordOnce(id);
  expect(recordings.map(({ state }) => state)).toEqual(['failed', 'delivered']);
});
