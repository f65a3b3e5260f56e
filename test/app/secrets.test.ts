import { makeCallbackToken } from './tokens';
import { createLogger } from '../../app/log/logger';
import { readConfig } from '../../app/config';
import { BUCKET, closeEverything, CONSENT, LogMemory, ON, open, type HttpReply } from './helpers';
import { closeRawServers, http, rawServer } from './tavus/raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
});

/** One planted secret of each kind; no output may contain one. */
const PLANTED = {
  apiKey: 'planted-"api\\key"-1',
  startKey: 'planted-start-key-2',
  callbackSecret: 'planted-callback-secret-3',
  previousSecret: 'planted-previous-secret-4',
  roleName: 'planted-role-5',
  meetingToken: 'planted-meeting-token-6',
  room: 'planted-room-7',
  transcript: 'planted-transcript-8',
  pageToken: 'planted-page-token-9',
  webToken: 'eyJhbGciOiJplanted10.eyJzdWIiOiJwbGFudGVkMTAifQ.c2lnbmF0dXJl',
};
const START_ID = 'f'.repeat(32);
const ENV = {
  ...ON,
  LOG_LEVEL: 'trace',
  TAVUS_API_KEY: PLANTED.apiKey,
  START_API_KEY: PLANTED.startKey,
  CALLBACK_SECRETS: `${PLANTED.callbackSecret},${PLANTED.previousSecret}`,
  TAVUS_AWS_ASSUME_ROLE_ARN: `arn:aws:iam::123456789012:role/${PLANTED.roleName}`,
};
const EVERYTHING = Object.values(PLANTED).join(' ');
const SAID =
  `key ${PLANTED.apiKey} role ${ENV.TAVUS_AWS_ASSUME_ROLE_ARN} ${ENV.CALLBACK_SECRETS} ${PLANTED.startKey} ` +
  `https://tavus.daily.co/${PLANTED.room}?t=${PLANTED.meetingToken} ${PLANTED.webToken} ` +
  `http://localhost:8080/tavus/callback/${START_ID}/zz.${PLANTED.pageToken}`;

/** Names of the planted secrets in a text, in plain or JSON encoding. */
function found(text: string): string[] {
  return Object.entries(PLANTED)
    .filter(([, secret]) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)))
    .map(([name]) => name);
}

const AUTHORIZED = { authorization: `Bearer ${PLANTED.startKey}` };

/** The parts of a start's response without its own tokens. */
const errorTexts = (replies: readonly HttpReply[]): string =>
  replies
    .filter(({ status }) => status >= 400)
    .map(({ text }) => text)
    .join('\n');

test('no log line and no error contains a secret, from any source', async () => {
  let answer = http(200, '');
  let failed = 0;
  let newStartId = (): string => String((failed += 1)).padStart(32, '0');
  const tavus = await rawServer((_request, socket) => socket.end(answer));
  const backend = await open(tavus.apiBaseUrl, ENV, { newStartId: () => newStartId() });
  const replies: HttpReply[] = [];
  const post = async (path: string, body: unknown, headers = {}): Promise<HttpReply> => {
    const reply = await backend.post(path, body, headers);
    replies.push(reply);
    return reply;
  };

  // Tavus's messages and bodies, with every status.
  for (const status of [200, 302, 400, 401, 402, 403, 404, 429, 500, 503]) {
    for (const body of [
      JSON.stringify({ error: SAID, message: SAID }),
      `<html>${SAID}</html>`,
      `"${SAID}"`,
    ]) {
      answer = http(status, body);
      await post('/tavus/start', {}, AUTHORIZED);
    }
  }
  // A successful conversation, with a secret in each field.
  newStartId = () => START_ID;
  const room = `https://tavus.daily.co/${PLANTED.room}`;
  answer = http(
    200,
    JSON.stringify({ conversation_id: 'c1', conversation_url: room, meeting_token: PLANTED.meetingToken }),
  );
  const started = await post('/tavus/start', { consent: CONSENT }, AUTHORIZED);
  expect(started.status).toBe(200);
  const { page_token: token } = started.json;
  const page = { 'x-page-token': String(token) };

  // The page's own reports, right and wrong.
  const report = { event: 'recording-error', at: CONSENT.accepted_at, message: SAID };
  await post('/tavus/recording-events/c1', report, page);
  for (const field of ['event', 'at', 'message', 'page_token', PLANTED.transcript]) {
    await post('/tavus/recording-events/c1', { ...report, [field]: { [PLANTED.transcript]: 1 } }, page);
  }
  await post('/tavus/start', { [PLANTED.webToken]: 1, conversation_name: { a: SAID } }, AUTHORIZED);
  await post('/tavus/start', {}, { authorization: `Bearer ${PLANTED.pageToken}` });
  await post('/tavus/start', {}, { ...AUTHORIZED, 'idempotency-key': `${PLANTED.pageToken} ` });
  replies.push(await backend.get('/tavus/status/c1', { 'x-page-token': PLANTED.pageToken }));
  replies.push(await backend.get(`/tavus/${PLANTED.pageToken}?token=${PLANTED.pageToken}`));

  // Callbacks with a secret in each field, and in their address.
  const path = `/tavus/callback/${START_ID}/${makeCallbackToken(PLANTED.callbackSecret, START_ID, backend.clock.now(), 60)}`;
  const properties = {
    bucket_name: SAID,
    s3_key: SAID,
    storage_provider: SAID,
    storage_uri: SAID,
    transcript: [{ role: 'system', content: EVERYTHING }],
    analysis: EVERYTHING,
  };
  const types = [
    'application.recording_ready',
    'application.transcription_ready',
    'application.perception_analysis',
  ];
  for (const type of types) {
    await post(path, { conversation_id: 'c1', event_type: type, timestamp: SAID.slice(0, 60), properties });
    await post(path, { conversation_id: PLANTED.room, event_type: type, properties });
  }
  await post(`/tavus/callback/${START_ID}/zz.${PLANTED.pageToken}`, {});
  expect(replies.map(({ status }) => status)).toEqual(
    expect.arrayContaining([200, 400, 401, 402, 404, 502, 503]),
  );

  expect(backend.log.text).toContain(BUCKET);
  expect(found(backend.log.text)).toEqual([]);
  expect(backend.log.text).not.toContain(String(token));
  expect(backend.log.text).not.toContain(path);
  // The caller's own field name may be returned to the caller.
  expect(found(errorTexts(replies)).filter((name) => name !== 'transcript')).toEqual([]);
});

test('a request is logged with its route, never with its URL', async () => {
  const backend = await open('http://127.0.0.1:1/v2', ENV);
  await backend.post('/tavus/callback/abc/def', {});
  await backend.get('/somewhere?else=1');
  const requests = backend.log.lines().filter(({ msg }) => msg === 'Request');
  expect(requests.map(({ method, route, status }) => [method, route, status])).toEqual([
    ['POST', '/tavus/callback/:start_id/:token', 404],
    ['GET', 'none', 404],
  ]);
});

test('an error in the log keeps its cause and loses its secrets', () => {
  const stream = new LogMemory();
  const log = createLogger(readConfig(ENV), stream);
  const cause = Object.assign(new Error(SAID), {
    code: 'ECONNRESET',
    headers: { 'x-api-key': PLANTED.apiKey },
  });
  log.error({ err: new Error(SAID, { cause }) }, 'It broke');
  const [line] = stream.lines();
  expect(line?.['err']).toMatchObject({ type: 'Error', cause: { code: 'ECONNRESET', type: 'Error' } });
  expect(found(stream.text)).toEqual([]);
});

test('a secret logged by mistake is redacted', () => {
  const stream = new LogMemory();
  const log = createLogger(readConfig(ENV), stream);
  log.info(
    { field: PLANTED.apiKey, path: `/tavus/callback/${START_ID}/zz.token` },
    ENV.TAVUS_AWS_ASSUME_ROLE_ARN,
  );
  expect(stream.lines()).toMatchObject([
    { field: '[hidden]', path: '/tavus/callback/[hidden]', msg: '[hidden]' },
  ]);
});

test('the response to an internal error has only an id', async () => {
  const startId = (): string => {
    throw new Error(`Could not load credentials ${SAID}`);
  };
  const backend = await open('http://127.0.0.1:1/v2', ENV, { newStartId: startId });
  const reply = await backend.post('/tavus/start', {}, AUTHORIZED);
  expect([reply.status, { ...reply.json, instance: '' }]).toEqual([
    500,
    {
      type: 'urn:problem-type:tavus-recordings:internal',
      title: 'Internal error',
      status: 500,
      detail: 'The backend failed. The log has the cause under this instance.',
      instance: '',
    },
  ]);
  const line = backend.log.find('Internal error');
  expect(`urn:uuid:${String(line?.['request_id'])}`).toBe(reply.json['instance']);
  expect(line?.level).toBe('error');
  expect(found(backend.log.text)).toEqual([]);
});

test('a short placeholder as secret does not redact words of the log', () => {
  const stream = new LogMemory();
  createLogger(readConfig({ ...ON, TAVUS_API_KEY: 'k' }), stream).info('Keep the backend');
  expect(stream.messages()).toEqual(['Keep the backend']);
});
