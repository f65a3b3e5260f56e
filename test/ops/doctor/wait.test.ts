import { collectResults } from '../../../ops/doctor/doctor';
import { fail, ok, unknown, type CheckResult } from '../../../ops/doctor/check-result';
import { waitForPropagation } from '../../../ops/doctor/wait';
import { bench, closeAll } from '../../local/tavus/helpers';
import { ACCESS_DENIED, encoded, fakeAws, HEALTHY, ROLE, TRUST, type FakeAwsAnswers } from '../fake-aws';
import { API_KEY, cliContext, SETTINGS } from '../run';

afterAll(closeAll);

const aws = (id: string, topic: CheckResult['topic'], outcome: ReturnType<typeof ok>): CheckResult => ({
  id,
  topic,
  asks: 'AWS',
  ...outcome,
});
const BUCKET = aws('bucket-versioning', 'bucket', fail('off', 'on', 'x'));
const ROLE_BAD = aws('role-trust', 'role', fail('nobody', 'Tavus', 'x'));
const ROLE_GOOD = aws('role-trust', 'role', ok('Tavus', 'Tavus'));
const NO_RIGHT: CheckResult = {
  ...aws('bucket-tls', 'bucket', unknown('needs a right', 'x')),
  isRetryable: true,
};
const DEPENDS = aws('role-actions', 'role', unknown('the role does not exist', 'x'));

/** A fake clock that a wait moves. */
function clockOf(): { now: () => number; pause: (ms: number) => Promise<void>; waited: number[] } {
  const waited: number[] = [];
  return {
    waited,
    now: () => waited.reduce((sum, ms) => sum + ms, 0),
    pause: async (ms) => void waited.push(ms),
  };
}

/** Runs rounds of results. */
async function wait(
  lines: readonly CheckResult[],
  rounds: readonly (readonly CheckResult[])[],
  maxMs = 60_000,
): Promise<{
  readonly latest: readonly CheckResult[];
  readonly messages: readonly string[];
  readonly asked: readonly (readonly string[])[];
  readonly waited: readonly number[];
}> {
  const clock = clockOf();
  const messages: string[] = [];
  const asked: string[][] = [];
  const latest = await waitForPropagation(
    lines,
    async (ids) => {
      asked.push([...ids]);
      return rounds[asked.length - 1] ?? [];
    },
    { maxMs, clock, progress: (text) => messages.push(text) },
  );
  return { latest, messages, asked, waited: clock.waited };
}

test('repeats checks of roles and rights, and their dependents, until they pass', async () => {
  const { latest, asked, messages } = await wait(
    [BUCKET, ROLE_BAD, NO_RIGHT, DEPENDS],
    [[ROLE_GOOD, NO_RIGHT], [aws('bucket-tls', 'bucket', ok('TLS', 'TLS'))]],
  );
  expect(asked).toEqual([
    ['role-trust', 'bucket-tls', 'role-actions'],
    ['bucket-tls', 'role-actions'],
  ]);
  expect(latest.map(({ id, status }) => [id, status])).toEqual([
    ['bucket-versioning', 'fail'],
    ['role-trust', 'ok'],
    ['bucket-tls', 'ok'],
    ['role-actions', 'unknown'],
  ]);
  expect(messages).toEqual([
    'waiting for role-trust, bucket-tls: 60 s left',
    'waiting for bucket-tls: 50 s left',
  ]);
});

test('ends after the time limit with the last results', async () => {
  const { latest, waited } = await wait([ROLE_BAD], [], 25_000);
  expect(waited).toEqual([10_000, 10_000, 5_000]);
  expect(latest).toEqual([ROLE_BAD]);
});

test('does not repeat checks that time cannot change', async () => {
  const noKey = aws('key-enabled', 'key', unknown('there are no AWS credentials', 'x'));
  const { waited } = await wait([BUCKET, noKey, ROLE_GOOD], []);
  expect(waited).toEqual([]);
});

test.each<readonly [string, FakeAwsAnswers, string]>([
  ['a right', { GetBucketPolicyCommand: ACCESS_DENIED }, 'bucket-tls'],
  [
    'a trust',
    { GetRoleCommand: { Role: { ...ROLE, AssumeRolePolicyDocument: encoded({ ...TRUST, Statement: [] }) } } },
    'role-trust',
  ],
])('the doctor requests %s again that had not propagated', async (_, before, id) => {
  const { simulator } = await bench({ apiKeys: [API_KEY] });
  const env = { ...SETTINGS, TAVUS_API_BASE_URL: simulator.apiBaseUrl };
  const [command = ''] = Object.keys(before);
  let asked = 0;
  const answers = {
    ...HEALTHY,
    [command]: (input: Readonly<Record<string, unknown>>): object => {
      asked += 1;
      const answer = (asked === 1 ? before : HEALTHY)[command];
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(input) : (answer ?? {});
    },
  };
  const context = cliContext(env);
  const options = { envFile: undefined, handOver: undefined, createTestConversation: false };
  const lines = await collectResults({ ...options, waitMs: 50 }, context, () => fakeAws(answers));
  expect(lines.find((line) => line.id === id)?.status).toBe('ok');
  expect(context.written.stderr).toContain(`waiting for ${id}`);
});
