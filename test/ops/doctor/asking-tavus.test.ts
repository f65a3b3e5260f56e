import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeRawServers, http, rawServer, type RawAnswer } from '../../app/tavus/raw-server';
import { bench, closeAll, type Bench } from '../../local/tavus/helpers';
import { ROLE_ARN as CLOUD_ROLE_ARN } from '../../local/tavus/fake-cloud';
import { ACCESS_DENIED, awsError, HEALTHY, ROLE, type FakeAwsAnswers } from '../fake-aws';
import { listen } from '../listen';
import { accountOfRole } from '../../../contract/aws-values';
import { API_KEY, examine, SETTINGS, type ReportedCheck } from '../run';

afterEach(async () => {
  await closeAll();
  await closeRawServers();
});

/** The doctor's results for this simulator. */
async function against(
  { simulator }: Bench,
  changed: NodeJS.ProcessEnv = {},
  createTestConversation = false,
  answers: FakeAwsAnswers = HEALTHY,
): Promise<(id: string) => ReportedCheck | undefined> {
  const env = {
    ...SETTINGS,
    TAVUS_API_BASE_URL: simulator.apiBaseUrl,
    TAVUS_AWS_ASSUME_ROLE_ARN: CLOUD_ROLE_ARN,
    ...changed,
  };
  return (await examine(answers, env, { createTestConversation })).of;
}

const tavus = (options: Parameters<typeof bench>[0] = {}): Promise<Bench> =>
  bench({ apiKeys: [API_KEY], ...options });

test.each<readonly [NodeJS.ProcessEnv, string, string, string]>([
  [{}, 'tavus-key', 'ok', 'accepted'],
  [{}, 'tavus-replica', 'ok', 'ready'],
  [{}, 'tavus-persona', 'ok', 'there'],
  [{ TAVUS_API_KEY: 'tvsk_wrong_key' }, 'tavus-key', 'fail', 'HTTP 401, "Invalid access token"'],
  [{ TAVUS_API_KEY: 'tvsk_wrong_key' }, 'tavus-replica', 'unknown', 'Tavus refused the key'],
  [{ TAVUS_REPLICA_ID: 'p_laptop' }, 'tavus-replica', 'fail', 'HTTP 404, "Invalid replica_uuid"'],
  [{ TAVUS_PERSONA_ID: 'p_nobody' }, 'tavus-persona', 'fail', 'HTTP 404, "Invalid persona_id"'],
  [{ TAVUS_PERSONA_ID: '' }, 'tavus-persona', 'ok', "not set: the replica's default"],
  [{ TAVUS_REPLICA_ID: '' }, 'tavus-replica', 'ok', 'ready'],
  [
    { TAVUS_REPLICA_ID: '', TAVUS_PERSONA_ID: 'p_laptop_bare' },
    'tavus-replica',
    'warn',
    'the persona has no default replica',
  ],
  [
    { TAVUS_REPLICA_ID: '', TAVUS_PERSONA_ID: 'p_nobody' },
    'tavus-replica',
    'unknown',
    'it depends on the persona',
  ],
  [{ TAVUS_API_KEY: '' }, 'tavus-key', 'unknown', 'TAVUS_API_KEY or TAVUS_API_BASE_URL is missing or wrong'],
])('%j: %s is %s', async (changed, id, status, found) => {
  expect((await against(await tavus(), changed))(id)).toMatchObject({ status, found });
});

test('both forms of a persona, and both statuses of an unknown one, are read', async () => {
  const other = await tavus({ faults: { personaShape: 'data', unknownCatalogueStatus: 400 } });
  expect((await against(other, { TAVUS_REPLICA_ID: '' }))('tavus-replica')?.status).toBe('ok');
  expect((await against(other, { TAVUS_PERSONA_ID: 'p_x' }))('tavus-persona')?.found).toBe(
    'HTTP 400, "Invalid persona_id"',
  );
});

/** A fake Tavus with this response to every request. */
async function answering(answer: RawAnswer): Promise<(id: string) => ReportedCheck | undefined> {
  const { apiBaseUrl } = await rawServer(answer);
  return (await examine(HEALTHY, { ...SETTINGS, TAVUS_API_BASE_URL: apiBaseUrl })).of;
}

test.each([
  ['{"status":"training","training_progress":"40/100"}', 'fail', 'still in training (40/100)'],
  ['{"status":"error","error_message":"bad video"}', 'fail', 'its training failed: bad video'],
  ['{"replica_name":"x"}', 'warn', 'exists, with the status nothing'],
  ['[]', 'unknown', 'Tavus answered in an unknown form'],
])('a replica with status %s: %s', async (body, status, found) => {
  const of = await answering((_, socket) => socket.end(http(200, body)));
  expect(of('tavus-replica')).toMatchObject({ status, found });
});

test.each([
  [429, '{"message":"Slow down"}', 'HTTP 429, "Slow down"'],
  [500, '<html>', 'HTTP 500, Tavus failed'],
])('with %i key, replica and persona are unknown', async (code, body, found) => {
  const of = await answering((_, socket) => socket.end(http(code, body)));
  for (const id of ['tavus-key', 'tavus-replica', 'tavus-persona']) {
    expect(of(id)).toMatchObject({ status: 'unknown', found });
  }
});

test("the clock is compared with the Date of Tavus's responses", async () => {
  const at = (seconds: number): Promise<(id: string) => ReportedCheck | undefined> =>
    answering((_, socket) =>
      socket.end(http(200, '{}', { date: new Date(Date.now() + seconds * 1000).toUTCString() })),
    );
  expect((await at(0))('clock-tavus')?.status).toBe('ok');
  expect((await at(120))('clock-tavus')).toMatchObject({
    status: 'warn',
    found: expect.stringContaining('behind Tavus'),
  });
  expect((await at(-3600))('clock-tavus')).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('ahead of Tavus'),
  });
});

/** With the credentials of the role's account. */
const OWNED: FakeAwsAnswers = {
  ...HEALTHY,
  GetCallerIdentityCommand: { Account: accountOfRole(CLOUD_ROLE_ARN), Arn: 'arn:aws:iam::1:user/x' },
};

describe('the test conversation', () => {
  test('is created only if requested', async () => {
    const one = await tavus();
    expect((await against(one))('tavus-test-conversation')).toBeUndefined();
    expect(await listed(one)).toEqual([]);
  });

  test('is created with the recording settings, costs nothing, and is over', async () => {
    const one = await tavus();
    expect((await against(one, {}, true))('tavus-test-conversation')).toMatchObject({
      status: 'ok',
      found: 'created with the role and bucket, and ended',
    });
    expect(await listed(one)).toEqual(['ended']);
    expect(one.cloud.assumed.map(({ roleArn }) => roleArn)).toEqual([CLOUD_ROLE_ARN]);
  });

  test("reports Tavus's message if it is refused, and a fix", async () => {
    const one = await tavus();
    one.cloud.role = undefined;
    const check = (await against(one, {}, true))('tavus-test-conversation');
    expect(check).toMatchObject({
      status: 'fail',
      found: 'HTTP 400, "unable to assume role with given parameters"',
    });
    expect(check?.fix).toContain('sts:ExternalId');
  });

  test('that is refused for a wrong role names the right one, and does not mention an organisation', async () => {
    const one = await tavus();
    one.cloud.role = undefined;
    const gone = { ...OWNED, GetRoleCommand: awsError('NoSuchEntityException', 404) };
    const check = (await against(one, {}, true, gone))('tavus-test-conversation');
    expect(check?.found).toBe('HTTP 400, "unable to assume role with given parameters"');
    expect(check?.fix).not.toContain('organisation');
  });

  test('that is refused although the role is right names an organisation as possible cause', async () => {
    const one = await tavus();
    one.cloud.role = undefined;
    const right = { ...OWNED, GetRoleCommand: { Role: { ...ROLE, Arn: CLOUD_ROLE_ARN } } };
    const check = (await against(one, {}, true, right))('tavus-test-conversation');
    expect(check).toMatchObject({
      status: 'fail',
      found:
        'HTTP 400, "unable to assume role with given parameters", although trust, session and ARN of the role are right',
      fix: expect.stringMatching(
        /^The cause may be a resource control policy of the organisation .*"StringNotEqualsIfExists":\{"aws:PrincipalAccount":"291871421005"\}/,
      ),
    });
  });

  test('that is refused for an unreadable role names both causes', async () => {
    const one = await tavus();
    one.cloud.role = undefined;
    const dark = { ...OWNED, GetRoleCommand: ACCESS_DENIED };
    const check = (await against(one, {}, true, dark))('tavus-test-conversation');
    expect(check?.fix).toMatch(
      /sts:ExternalId.*If the role is right, the cause may be a resource control policy/,
    );
  });

  test('is created without storage if none is configured', async () => {
    const one = await tavus();
    const check = (await against(one, { TAVUS_AWS_ASSUME_ROLE_ARN: '' }, true))('tavus-test-conversation');
    expect(check?.found).toBe('created without role and bucket, which the settings lack, and ended');
    expect(one.cloud.assumed).toEqual([]);
  });

  test.each([
    [200, 'warn', 'created with the role and bucket, but its status is active; it was ended'],
    [
      500,
      'fail',
      'created with the role and bucket, but its status is active; ending it: HTTP 500, Tavus failed',
    ],
  ])('that runs despite test_mode is ended at once (%i)', async (endStatus, status, found) => {
    const created = '{"conversation_id":"c1","conversation_url":"https://x.daily.co/c1","status":"active"}';
    const { apiBaseUrl, requests } = await rawServer(({ path }, socket) => {
      const isEnd = path.endsWith('/end');
      socket.end(http(isEnd ? endStatus : 200, isEnd ? '{}' : created));
    });
    const { of } = await examine(
      HEALTHY,
      { ...SETTINGS, TAVUS_API_BASE_URL: apiBaseUrl },
      { createTestConversation: true },
    );
    expect(of('tavus-test-conversation')).toMatchObject({ status, found });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toContain(
      'POST /v2/conversations/c1/end',
    );
  });

  test('without a response is found and ended', async () => {
    const calls: string[] = [];
    let name = '';
    const server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url}`);
      void text(request).then((body) => {
        if (request.url === '/v2/conversations') {
          name = /"conversation_name":"([^"]*)"/.exec(body)?.[1] ?? '';
          return request.socket.destroy();
        }
        return response.end(JSON.stringify({ data: [{ conversation_id: 'c9', conversation_name: name }] }));
      });
    });
    const port = await listen(server);
    const env = { ...SETTINGS, TAVUS_API_BASE_URL: `http://127.0.0.1:${port}/v2` };
    const { of } = await examine(HEALTHY, env, { createTestConversation: true });
    await new Promise((resolve) => server.close(resolve));
    expect(of('tavus-test-conversation')?.status).toBe('unknown');
    expect(name).toMatch(/^recordings doctor [0-9a-f]{16}$/);
    expect(calls).toContain('POST /v2/conversations/c9/end');
    expect(calls.filter((call) => call === 'POST /v2/conversations')).toHaveLength(1);
  });
});

/** Statuses of this Tavus's conversations. */
async function listed(one: Bench): Promise<string[]> {
  const reply = await one.api('GET', '/conversations', undefined, API_KEY);
  const { data }: { data: { status: string }[] } = JSON.parse(reply.text);
  return data.map(({ status }) => status);
}

test('an unreachable Tavus gives exit code 2, also without a persona', async () => {
  const env = { ...SETTINGS, TAVUS_PERSONA_ID: '', TAVUS_API_BASE_URL: 'http://127.0.0.1:9/v2' };
  const { code, of } = await examine(HEALTHY, env);
  expect(of('tavus-key')).toMatchObject({
    status: 'unknown',
    found: 'Tavus cannot be reached. No connection: connect ECONNREFUSED 127.0.0.1:9',
    fix: 'Behind a proxy, set HTTPS_PROXY to its address and NO_PROXY to the hosts that are reached directly.',
  });
  expect(code).toBe(2);
});
