import { closeEverything, ON, open, openBoth, ROLE_ARN, type HttpReply } from '../helpers';
import { closeRawServers, http, rawServer } from './raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
});

const typeOf = (reply: HttpReply): string =>
  String(reply.json['type']).replace('urn:problem-type:tavus-recordings:', '');

/** Starts with a Tavus that responds to the create request like this and has no running conversation. */
async function startAt(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  const tavus = await rawServer(({ method }, socket) => {
    socket.end(method === 'POST' ? http(status, body, headers) : http(200, '{"data":[],"total_count":0}'));
  });
  const backend = await open(tavus.apiBaseUrl, ON);
  const reply = await backend.post('/tavus/start');
  return { reply, backend, tavus, creates: tavus.requests.filter(({ method }) => method === 'POST').length };
}

test.each([
  [400, '{"error":"Invalid replica_uuid"}', 502, 'tavus-replica', 'Invalid replica_uuid'],
  [400, '{"message":"Invalid face_id"}', 502, 'tavus-replica', 'Invalid face_id'],
  [400, '{"error":"Invalid persona_id"}', 502, 'tavus-persona', 'Invalid persona_id'],
  [400, '{"error":"There was an error"}', 502, 'tavus-refused', 'There was an error'],
  [400, '{"error":"one","message":"two"}', 502, 'tavus-refused', 'one / two'],
  [400, '{"message":"User has reached maximum concurrent conversations"}', 409, 'busy', undefined],
  [429, '{"message":"User has reached maximum concurrent conversations"}', 409, 'busy', undefined],
  [400, '{"message":"The user is out of conversational credits"}', 402, 'out-of-credits', undefined],
  [402, '{"message":"The user is out of conversational credits"}', 402, 'out-of-credits', undefined],
  [401, '{"message":"Invalid access token"}', 502, 'tavus-key', 'Invalid access token'],
  [403, '{}', 502, 'tavus-key', undefined],
  [404, '<html>', 502, 'tavus-not-found', undefined],
  [418, '', 502, 'tavus-refused', undefined],
  [429, '{"message":"Slow down"}', 503, 'tavus-busy', 'Slow down'],
  [302, '', 502, 'tavus-unreadable', undefined],
])('%i %s becomes %i %s', async (status, body, ours, type, words) => {
  const { reply, creates } = await startAt(status, body);
  expect([reply.status, typeOf(reply), creates]).toEqual([ours, type, 1]);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  expect(reply.json['tavus']).toMatchObject(words === undefined ? { status } : { status, words });
  expect(reply.headers.get('retry-after')).toBe(ours === 409 || ours === 503 ? '30' : null);
});

test('a role that cannot be assumed is explained with its three usual causes', async () => {
  const both = await openBoth(ON);
  both.tavus.cloud.role = undefined;
  const reply = await both.post('/tavus/start');
  expect(reply.status).toBe(502);
  expect(reply.json).toEqual({
    type: 'urn:problem-type:tavus-recordings:tavus-role',
    title: 'Tavus could not assume the role for recordings',
    status: 502,
    detail:
      'Tavus could not assume the role for recordings. Three usual causes: ' +
      "(1) the role's trust policy names an account other than 291871421005, or lacks the condition sts:ExternalId = " +
      '"tavus": check with `aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument`; ' +
      "(2) the role's maximum session duration is below 43200 s (AWS's default is 3600): check with " +
      '`aws iam get-role --role-name <role> --query Role.MaxSessionDuration`; ' +
      '(3) TAVUS_AWS_ASSUME_ROLE_ARN names a role that does not exist, or was created seconds ago: compare it with ' +
      'cdk-outputs.json. `npx cdk deploy` creates a role without these faults.',
    instance: expect.stringMatching(/^urn:uuid:/),
    tavus: { status: 400, words: 'unable to assume role with given parameters' },
  });
});

test("Tavus's message is passed on with secrets redacted", async () => {
  const message = `role ${ROLE_ARN}, user arn:aws:iam::999988887777:user/who, key tvsk_test, see https://tavus.daily.co/c1?t=2`;
  const { reply, backend } = await startAt(400, JSON.stringify({ error: message }));
  expect(reply.json['tavus']).toEqual({
    status: 400,
    words:
      'role [hidden], user arn:aws:iam::********7777:user/..., key [hidden], see https://tavus.daily.co/[hidden]',
  });
  expect(backend.log.text).not.toMatch(/tvsk_test|999988887777|tavus-recordings",|c1\?t=2/);
});

describe('retries', () => {
  test('exclude a request that may have been executed: a 500 is not retried', async () => {
    const { reply, creates } = await startAt(500, '<html>500</html>', { 'content-type': 'text/html' });
    expect([reply.status, typeOf(reply), creates]).toEqual([502, 'tavus-failed', 1]);
    expect(reply.json['detail']).toBe(
      'Tavus answered 500 with an HTML page. It is not among the running conversations; if it appears later, ' +
        'Tavus ends it after 300 s without participants.',
    );
  });

  test('include a 429 with Retry-After, at most twice and after that time', async () => {
    const { reply, backend, creates } = await startAt(429, '{}', { 'retry-after': '7' });
    expect([reply.status, creates, backend.clock.slept]).toEqual([503, 3, [7000, 7000]]);
    expect(reply.headers.get('retry-after')).toBe('7');
  });

  test("exclude a 429 with a Retry-After beyond the caller's time limit", async () => {
    const { reply, creates } = await startAt(429, '{}', { 'retry-after': '11' });
    expect([creates, reply.headers.get('retry-after')]).toEqual([1, '11']);
  });

  test('include a request that was never sent, twice, then report that Tavus cannot be reached', async () => {
    const backend = await open('http://127.0.0.1:1/v2', ON);
    const reply = await backend.post('/tavus/start');
    expect([reply.status, typeOf(reply), backend.clock.slept]).toEqual([
      503,
      'tavus-unreachable',
      [250, 1000],
    ]);
  });
});

test.each([
  ['an answer of 10 MB', `"${'x'.repeat(10_000_000)}"`, 'more than 1 MB'],
  ['an HTML page', '<html>hello</html>', 'an HTML page'],
  ['no JSON', 'hello', 'something that is not JSON'],
  ['nothing', '', 'an empty answer'],
  ['other fields', '{"id":"c1"}', 'unknown fields'],
])('a success response with %s is reported as unreadable', async (_case, body, what) => {
  const { reply, creates } = await startAt(200, body);
  expect([reply.status, typeOf(reply), creates]).toEqual([502, 'tavus-unreadable', 1]);
  expect(reply.json['detail']).toContain(`Tavus answered 200 with ${what}. `);
});

test('a truncated response is reported as such', async () => {
  const { reply, creates } = await startAt(200, '{"conversation_id":', { 'content-length': '1000' });
  expect([reply.status, creates]).toEqual([502, 1]);
  expect(reply.json['detail']).toContain('Tavus answered 200 with an answer that was cut off. ');
});

test('a failure of Tavus does not affect the health routes', async () => {
  const backend = await open('http://127.0.0.1:1/v2', ON);
  await backend.post('/tavus/start');
  expect((await backend.get('/healthz')).json).toEqual({ status: 'ok' });
  expect((await backend.get('/readyz')).json).toEqual({ status: 'ok' });
});
