import { closeEverything, CONSENT, OFF, ON, openBoth, type Both } from './helpers';

afterEach(closeEverything);

const HEX = 'a'.repeat(32);
const deps = { newStartId: () => HEX };

/** The body of the create request, with the callback token replaced. */
async function sent(both: Both): Promise<string> {
  const [body] = await both.created();
  return JSON.stringify(body).replace(/\/[0-9a-z]+\.[\w-]{43}"/, '/TOKEN"');
}

const OFF_PROPERTIES = '{"enable_closed_captions":false,"enable_recording":false}';

describe('the create request', () => {
  test('without recording is byte for byte the request from before recording existed', async () => {
    const both = await openBoth(OFF, deps);
    const started = await both.start();
    expect(await sent(both)).toBe(
      `{"replica_id":"r_laptop","conversation_name":"tavus-recordings ${HEX}","properties":${OFF_PROPERTIES}}`,
    );
    expect(started.recording).toEqual({ enabled: false, reason: 'disabled' });
  });

  test('with recording has bucket, region and role in flat fields', async () => {
    const both = await openBoth(ON, deps);
    const started = await both.start();
    expect(await sent(both)).toBe(
      `{"replica_id":"r_laptop","conversation_name":"tavus-recordings ${HEX}",` +
        `"callback_url":"http://localhost:8080/tavus/callback/${HEX}/TOKEN",` +
        '"properties":{"enable_closed_captions":false,"enable_recording":true,' +
        '"recording_s3_bucket_name":"acme-recordings","recording_s3_bucket_region":"us-east-1",' +
        '"aws_assume_role_arn":"arn:aws:iam::123456789012:role/tavus-recordings"}}',
    );
    expect(started.recording).toEqual({ enabled: true });
  });

  test('with recording has them in recording_storage if configured', async () => {
    const both = await openBoth({ ...ON, TAVUS_RECORDING_STORAGE_FORMAT: 'recording_storage' }, deps);
    await both.start();
    expect((await both.created())[0]?.['properties']).toEqual({
      enable_closed_captions: false,
      enable_recording: true,
      recording_storage: {
        provider: 's3',
        bucket_name: 'acme-recordings',
        bucket_region: 'us-east-1',
        assume_role_arn: 'arn:aws:iam::123456789012:role/tavus-recordings',
      },
    });
  });

  test.each([
    ['without the required consent', { TAVUS_REQUIRE_RECORDING_CONSENT: 'true' }, {}, 'no-consent'],
    ['when the person wants none', {}, { recording: false, consent: CONSENT }, 'not-wanted'],
  ])('is the request without recording %s', async (_case, env, body, reason) => {
    const both = await openBoth({ ...ON, ...env }, deps);
    const started = await both.start(body);
    expect(await sent(both)).toContain(`"properties":${OFF_PROPERTIES}}`);
    expect(started.recording).toEqual({ enabled: false, reason });
    expect(both.log.messages()).toContain('📹 Recording disabled');
    expect(both.log.messages()).not.toContain('Recording consent');
  });

  test('has limits, persona and private room only if set', async () => {
    const both = await openBoth(
      {
        ...OFF,
        TAVUS_PERSONA_ID: 'p_laptop',
        TAVUS_REQUIRE_AUTH: 'true',
        TAVUS_MAX_CALL_DURATION_SEC: '1800',
        TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC: '0',
        TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: '120',
      },
      deps,
    );
    const started = await both.start({ conversation_name: 'Interview' });
    expect((await both.created())[0]).toEqual({
      replica_id: 'r_laptop',
      persona_id: 'p_laptop',
      conversation_name: `Interview ${HEX}`,
      require_auth: true,
      properties: {
        enable_closed_captions: false,
        enable_recording: false,
        max_call_duration: 1800,
        participant_left_timeout: 0,
        participant_absent_timeout: 120,
      },
    });
    expect(started.meeting_token).toEqual(expect.any(String));
  });
});

test('consent is logged before the create request', async () => {
  const both = await openBoth({ ...ON, TAVUS_REQUIRE_RECORDING_CONSENT: 'true' }, deps);
  await both.start({ consent: CONSENT });
  expect(both.log.find('Recording consent')).toMatchObject({ start_id: HEX, consent: CONSENT });
  const messages = both.log.messages();
  expect(messages).toContain('📹 Recording enabled with S3 bucket: acme-recordings');
  expect(messages.indexOf('Recording consent')).toBeLessThan(
    messages.indexOf('📹 Recording enabled with S3 bucket: acme-recordings'),
  );
});

test('a consent is also logged if Tavus refuses the conversation', async () => {
  const both = await openBoth({ ...ON, TAVUS_REPLICA_ID: 'r_unknown' }, deps);
  expect((await both.post('/tavus/start', { consent: CONSENT })).status).toBe(502);
  expect(both.log.find('Recording consent')).toMatchObject({ start_id: HEX, consent: CONSENT });
});

describe('the outcome of a start is logged with its id', () => {
  const linesOf = (both: Both): unknown[] =>
    both.log.lines().flatMap(({ msg, start_id: id }) => (id === HEX ? [msg] : []));

  test('if a conversation was created', async () => {
    const both = await openBoth(OFF, deps);
    await both.start();
    expect(linesOf(both)).toEqual(['Asking Tavus for a conversation', '📹 Recording disabled']);
  });

  test('if Tavus refused', async () => {
    const both = await openBoth(OFF, deps, { faults: { apiFault: '402' } });
    await both.post('/tavus/start');
    expect(linesOf(both)).toEqual(['Asking Tavus for a conversation', 'Nothing was started']);
    expect(both.log.find('Nothing was started')).toMatchObject({ problem: 'out-of-credits' });
  });

  test('if the outcome is unknown', async () => {
    const both = await openBoth(OFF, deps, { faults: { apiFault: 'html-500' } });
    await both.post('/tavus/start');
    expect(linesOf(both)).toEqual(['Asking Tavus for a conversation', 'Start with an unknown outcome']);
  });
});

describe('a repeated request is billed once', () => {
  const KEYED = { 'idempotency-key': '8c7e' };

  test('a double click gets the first outcome', async () => {
    const both = await openBoth();
    const [one, other] = await Promise.all([both.start({}, KEYED), both.start({}, KEYED)]);
    const later = await both.start({}, KEYED);
    expect([other, later]).toEqual([one, one]);
    expect(await both.created()).toHaveLength(1);
  });

  test('refuses a key that was used with another body', async () => {
    const both = await openBoth();
    await both.start({}, KEYED);
    const reply = await both.post('/tavus/start', { recording: false }, KEYED);
    expect(reply.status).toBe(422);
    expect(reply.json['type']).toBe('urn:problem-type:tavus-recordings:idempotency-key-reused');
  });

  test('does not store a refusal, because nothing was started', async () => {
    const both = await openBoth();
    await both.tavus.sim('/faults', { apiFault: '402' });
    expect((await both.post('/tavus/start', {}, KEYED)).status).toBe(402);
    await both.tavus.sim('/faults', { apiFault: 'none' });
    expect((await both.post('/tavus/start', {}, KEYED)).status).toBe(200);
  });

  test('a key is valid for an hour', async () => {
    const both = await openBoth();
    const one = await both.start({}, KEYED);
    both.clock.advance(3_600_001);
    expect((await both.start({}, KEYED)).conversation_id).not.toBe(one.conversation_id);
  });

  test('refuses a malformed key', async () => {
    const both = await openBoth();
    const reply = await both.post('/tavus/start', {}, { 'idempotency-key': 'x'.repeat(129) });
    expect(reply.json).toMatchObject({
      status: 400,
      detail: 'Idempotency-Key: must have 1 to 128 printable characters. Send a random UUID.',
    });
  });
});

describe('the cap on concurrent conversations', () => {
  const CAPPED = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '1' };

  test('returns 409 with Retry-After, without a request to Tavus', async () => {
    const both = await openBoth(CAPPED);
    await both.start();
    const reply = await both.post('/tavus/start');
    expect(reply.status).toBe(409);
    expect(reply.headers.get('retry-after')).toBe('30');
    expect(reply.json['type']).toBe('urn:problem-type:tavus-recordings:busy');
    expect(await both.created()).toHaveLength(1);
  });

  test('frees the slot of a call that was ended here', async () => {
    const both = await openBoth(CAPPED);
    const { conversation_id: id, page_token: token } = await both.start();
    await both.post(`/tavus/end/${id}`, undefined, { 'x-page-token': token });
    expect((await both.post('/tavus/start')).status).toBe(200);
  });

  test('frees the slot of a call that Tavus says is over', async () => {
    const both = await openBoth(CAPPED);
    const { conversation_id: id } = await both.start();
    await both.tavus.api('POST', `/conversations/${id}/end`);
    await both.tavus.clock.advance(1);
    await both.tavus.simulator.callbacksSent();
    expect((await both.post('/tavus/start')).status).toBe(200);
  });

  test('frees the slot of a call that must be over by now', async () => {
    const both = await openBoth({ ...CAPPED, TAVUS_MAX_CALL_DURATION_SEC: '600' });
    await both.start();
    both.clock.advance(659_999);
    expect((await both.post('/tavus/start')).status).toBe(409);
    both.clock.advance(1);
    expect((await both.post('/tavus/start')).status).toBe(200);
  });

  test('frees the slot of a start that Tavus refused', async () => {
    const both = await openBoth(CAPPED);
    await both.tavus.sim('/faults', { apiFault: '402' });
    expect((await both.post('/tavus/start')).status).toBe(402);
    await both.tavus.sim('/faults', { apiFault: 'none' });
    expect((await both.post('/tavus/start')).status).toBe(200);
  });
});
