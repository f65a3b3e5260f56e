import { createServer, type IncomingHttpHeaders } from 'node:http';
import { deliverByFetch } from '../../../local/tavus/callbacks/outbox';
import { bench, CALLBACK_URL, closeAll, listenOn, RECORDED, START, transcriptIn } from './helpers';
import { BUCKET } from './fake-cloud';

afterEach(closeAll);

test('the callbacks of a recorded call, in their default order', async () => {
  const it = await bench();
  const id = await it.create();
  await it.clock.advance(3_000);
  expect(it.types()).toEqual(['system.replica_joined']);
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.clock.advance(63_000);
  await it.api('POST', `/conversations/${id}/end`);
  await it.simulator.settled(id);
  await it.clock.advance(1);
  expect(it.types().slice(1)).toEqual(['system.shutdown', 'application.transcription_ready']);
  await it.clock.advance(4_998);
  expect(it.types()).toHaveLength(3);
  await it.clock.advance(1);
  expect(it.types().slice(3)).toEqual(['application.recording_ready']);
  await it.clock.advance(175_000);
  expect(it.types().slice(4)).toEqual(['application.perception_analysis']);
  await it.clock.advance(10_000_000);
  expect(it.types()).toHaveLength(5);
});

test('recording_ready contains bucket, key, duration, provider and URI, in the documented envelope', async () => {
  const it = await bench();
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/recording/start`, {});
  await it.clock.advance(63_000);
  await it.sim(`/rooms/${id}/recording/stop`, {});
  await it.simulator.settled(id);
  await it.clock.advance(5_000);
  const key = `tavus/${id}/${START}`;
  expect(it.callbacks.at(-1)?.payload).toEqual({
    event_type: 'application.recording_ready',
    message_type: 'application',
    conversation_id: id,
    webhook_url: CALLBACK_URL,
    timestamp: '2026-06-01T10:01:08.000000Z',
    properties: {
      bucket_name: BUCKET,
      s3_key: key,
      duration: 63,
      storage_provider: 's3',
      storage_uri: `s3://${BUCKET}/${key}`,
    },
  });
});

test('the transcript contains the whole conversational context, so that tests detect a leak', async () => {
  const it = await bench();
  await it.create({ ...RECORDED, conversational_context: 'patient 4711, diagnosis X' });
  await it.clock.advance(300_001);
  expect(transcriptIn(it.callbacks)[0]).toMatchObject({
    role: 'system',
    content: expect.stringContaining('patient 4711, diagnosis X'),
    timestamp: START / 1_000,
    seconds_from_start: 0,
    duration: expect.any(Number),
    inference_id: expect.any(String),
  });
});

test('transcriptTimestamps: the timestamps can be ISO text', async () => {
  const it = await bench({ faults: { transcriptTimestamps: 'iso' } });
  await it.create();
  await it.clock.advance(300_001);
  const last = it.callbacks.at(-1);
  expect(last?.payload.properties['transcript']).toMatchObject([
    { timestamp: '2026-06-01T10:00:00.000000Z' },
    {},
    {},
  ]);
});

test('replicaNeverJoins: no callback reports the replica, and the participant is alone', async () => {
  const it = await bench({ faults: { replicaNeverJoins: true } });
  const id = await it.create();
  await it.sim(`/rooms/${id}/join`, {});
  await it.clock.advance(60_000);
  expect(it.types()).toEqual([]);
  expect((await it.room(id)).participants).toHaveLength(1);
});

test('without a callback_url the events are logged but not sent', async () => {
  const it = await bench();
  const id = await it.create({ ...RECORDED, callback_url: undefined });
  await it.recordOnce(id);
  await it.clock.advance(400_000);
  expect(it.callbacks).toEqual([]);
  const { json } = await it.api('GET', `/conversations/${id}?verbose=true`);
  expect(json['events']).toContainEqual(
    expect.objectContaining({ event_type: 'application.recording_ready' }),
  );
});

test('a callback is an unsigned JSON POST to the URL as given, and redirects are not followed', async () => {
  const received: { url: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ url: request.url, headers: request.headers, body });
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
  });
  const port = await listenOn(server);
  const it = await bench({ deliver: deliverByFetch });
  const id = await it.create({ ...RECORDED, callback_url: `http://127.0.0.1:${port}/cb/s/t?x=%2F&y` });
  await it.clock.advance(3_000);
  await it.simulator.callbacksSent();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(received).toHaveLength(1);
  expect(received[0]?.url).toBe('/cb/s/t?x=%2F&y');
  expect(received[0]?.headers['content-type']).toBe('application/json');
  const names = Object.keys(received[0]?.headers ?? {});
  expect(names.filter((name) => /signature|secret|auth|x-/.test(name))).toEqual([]);
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ conversation_id: id });
  expect((await it.room(id)).callbacks).toMatchObject([
    { event_type: 'system.replica_joined', outcome: 302 },
  ]);
});
