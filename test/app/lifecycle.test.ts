import { start, stop } from '../../app/lifecycle';
import { readConfig } from '../../app/config';
import { buildApp } from '../../app/app';
import { closeEverything, LogMemory, OFF, ON, openBoth } from './helpers';

afterEach(closeEverything);

test('logs its configuration, in the texts that operators search for', async () => {
  const config = readConfig(ON);
  const logStream = new LogMemory();
  const backend = await buildApp(config, { logStream });
  await start(backend, config);
  expect(logStream.messages().slice(0, 6)).toEqual([
    'TAVUS_ENABLE_RECORDING: True',
    'TAVUS_RECORDING_S3_BUCKET_NAME: acme-recordings',
    'TAVUS_RECORDING_S3_BUCKET_REGION: us-east-1',
    'TAVUS_AWS_ASSUME_ROLE_ARN: SET',
    'Ledger: in memory',
    'START_API_KEY: missing, got nothing. Everyone who reaches this backend can start conversations at your cost. ' +
      'Set it, or keep the backend on this machine.',
  ]);
  expect(await stop(backend)).toBe(true);
});

test('during a shutdown it is not ready, starts nothing, and finishes requests in progress', async () => {
  const both = await openBoth(OFF, {}, { faults: { latencyMs: 1000 } });
  const pending = both.start();
  await both.tavus.clock.untilWaitingFor(1000);
  const stopped = stop(both.backend);

  const ready = await both.get('/readyz');
  expect([ready.status, ready.json]).toEqual([503, { status: 'shutting-down' }]);
  expect((await both.get('/healthz')).status).toBe(200);
  const refused = await both.post('/tavus/start');
  expect([refused.status, refused.json['type'], refused.headers.get('retry-after')]).toEqual([
    503,
    'urn:problem-type:tavus-recordings:shutting-down',
    '5',
  ]);

  await both.tavus.clock.advance(1000);
  const { conversation_id: id } = await pending;
  expect(await stopped).toBe(true);
  // The call itself continues.
  await both.tavus.sim('/faults', { latencyMs: 0 });
  expect((await both.tavus.api('GET', `/conversations/${id}`)).json['status']).toBe('active');
});

test('aborts requests that do not finish', async () => {
  const both = await openBoth(OFF, {}, { faults: { latencyMs: 1000 } });
  const pending = both.start();
  await both.tavus.clock.untilWaitingFor(1000);
  expect(await stop(both.backend, 20)).toBe(false);
  expect(both.log.messages()).toContain('Shut down with requests unfinished');
  await both.tavus.clock.advance(1000);
  await pending;
});

test('a start whose caller has disconnected is still finished, and its conversation ended', async () => {
  const both = await openBoth(OFF, {}, { faults: { latencyMs: 1000 } });
  const caller = new AbortController();
  const gone = fetch(`${both.url}/tavus/start`, { method: 'POST', signal: caller.signal }).catch(
    () => 'gone',
  );
  await both.tavus.clock.untilWaitingFor(1000);
  caller.abort();
  expect(await gone).toBe('gone');
  const stopped = stop(both.backend);
  await both.tavus.clock.advance(1000);
  await both.tavus.clock.untilWaitingFor(1000);
  await both.tavus.clock.advance(1000);
  expect(await stopped).toBe(true);
  expect(both.log.find('Conversation whose caller hung up')).toMatchObject({ orphan: { kind: 'ended' } });
});
