import { ROLE_ACTIONS } from '../../../local/tavus/vendor';
import { bench, closeAll, FLAT, RECORDED, type Bench } from './helpers';
import { ROLE_ARN } from './fake-cloud';

afterEach(closeAll);

/** What the vendor's silence looks like: an error in the room, and nothing else, ever. */
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

test.each(ROLE_ACTIONS)('without %s nothing lands, and the sentence names it', async (action) => {
  const it = await bench();
  const id = await it.create();
  it.cloud.denied.set(action, `User ${ROLE_ARN} is not authorized`);
  const sentence = await expectSilence(it, id);
  expect(sentence).toContain(`${action} was refused: AccessDenied`);
  expect(sentence).not.toContain(ROLE_ARN);
  expect(it.cloud.uploads.size).toBe(action === 's3:AbortMultipartUpload' ? 1 : 0);
});

test('a missing bucket is silent', async () => {
  const it = await bench();
  const id = await it.create({
    ...RECORDED,
    properties: { ...FLAT, participant_left_timeout: 60, recording_s3_bucket_name: 'no-such-bucket' },
  });
  expect(await expectSilence(it, id)).toContain('no bucket of that name');
});

test('a bucket that the account does not have is named as the cause, even behind AccessDenied', async () => {
  const it = await bench();
  const id = await it.create();
  it.cloud.denied.set('s3:ListBucket', 'no');
  it.cloud.describeBucket = () => Promise.resolve(undefined);
  expect(await expectSilence(it, id)).toContain("The role's account has no bucket of that name.");
});

test('a wrong region is silent, and the simulator enforces it', async () => {
  const it = await bench();
  it.cloud.bucket = { region: 'eu-west-1', kms: false };
  const sentence = await expectSilence(it, await it.create());
  expect(sentence).toBe(
    'The bucket is in eu-west-1, the request said us-east-1: S3 refuses (PermanentRedirect).',
  );
  expect(it.cloud.uploads.size).toBe(0);
});

test.each([
  [
    'AWS names the key action',
    false,
    'not authorized to perform: kms:GenerateDataKey on key',
    'kms:GenerateDataKey',
  ],
  ['AWS says nothing, the bucket uses KMS', true, 'Access Denied', 'kms:Decrypt'],
])('missing KMS rights are silent: %s', async (_name, kms, message, named) => {
  const it = await bench();
  it.cloud.bucket = { region: 'us-east-1', kms };
  it.cloud.denied.set('s3:PutObject', message);
  expect(await expectSilence(it, await it.create())).toContain(named);
});

test('a role that is spoilt after the creation is silent', async () => {
  const it = await bench();
  const id = await it.create();
  it.cloud.role = undefined;
  expect(await expectSilence(it, id, 'Error fetching STS credentials')).toBe(
    'There is no such role in that account.',
  );
});

test('rights lost in the middle of the call are silent, and the upload is aborted', async () => {
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

test('after a failure the room can try again', async () => {
  const it = await bench();
  const id = await it.create();
  it.cloud.denied.set('s3:PutObject', 'no');
  await it.recordOnce(id);
  it.cloud.denied.clear();
  const { recordings } = await it.recordOnce(id);
  expect(recordings.map(({ state }) => state)).toEqual(['failed', 'delivered']);
});
