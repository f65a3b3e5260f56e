import { HINTS, hintOf, TOPIC_HINTS, UNKNOWN_HINT } from '../../../ops/doctor/hints';
import { fail, unknown, type CheckResult } from '../../../ops/doctor/check-result';
import { parseGuide, read } from '../../documents/guide';
import { bench, closeAll } from '../../local/tavus/helpers';
import { HEALTHY, ROLE_ARN } from '../fake-aws';
import { API_KEY, examine, SETTINGS } from '../run';

afterAll(closeAll);

const isThere = (hint: string): boolean => {
  const [file = '', anchor = ''] = hint.split('#');
  return parseGuide(file, read(file)).anchors.has(anchor);
};

test('every hint links to an existing heading of a guide', () => {
  const all = [...Object.values(HINTS), ...Object.values(TOPIC_HINTS), UNKNOWN_HINT];
  expect(all.filter((hint) => !isThere(hint))).toEqual([]);
  expect(isThere('docs/runbook.md#no-such-heading')).toBe(false);
});

test('there is no hint for a check that does not exist', async () => {
  const { simulator } = await bench({ apiKeys: [API_KEY] });
  const env = {
    ...SETTINGS,
    TAVUS_API_BASE_URL: simulator.apiBaseUrl,
    HTTPS_PROXY: 'http://proxy.example.com:3128',
    NO_PROXY: '127.0.0.1',
  };
  const { stdout } = await examine(HEALTHY, env, {
    createTestConversation: true,
    envFile: require.resolve('../../../env.example'),
    handOver: { file: 'no-such-outputs.json', environment: 'prod' },
  });
  const { checks }: { checks: { id: string; hint: string }[] } = JSON.parse(stdout);
  const ids = new Set([...checks.map(({ id }) => id), 'env-file']);
  expect(Object.keys(HINTS).filter((id) => !ids.has(id))).toEqual([]);
  expect(checks.filter(({ hint }) => !hint.includes('#'))).toEqual([]);
});

test('each check has its own id, because programs use it', async () => {
  const { simulator } = await bench({ apiKeys: [API_KEY] });
  const env = {
    ...SETTINGS,
    TAVUS_API_BASE_URL: simulator.apiBaseUrl,
    RECORDINGS_HOLDS_BUCKET_NAME: 'acme-holds',
    RECORDINGS_READER_ROLE_ARN: ROLE_ARN,
  };
  const { checks }: { checks: { id: string }[] } = JSON.parse((await examine(HEALTHY, env)).stdout);
  const ids = checks.map(({ id }) => id);
  expect(ids).toContain('holds-bucket');
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('an unknown result links to the rights of the reader, and a failure to its own entry', () => {
  const line = { id: 'role-trust', topic: 'role', asks: 'AWS' } as const;
  const dark: CheckResult = { ...line, ...unknown('needs a right', 'x'), isRetryable: true };
  const unset: CheckResult = { ...line, ...unknown('the setting is missing', 'x') };
  const bad: CheckResult = { ...line, ...fail('nobody', 'x', 'y') };
  expect(hintOf(dark)).toBe(UNKNOWN_HINT);
  expect(hintOf(unset)).toBe(TOPIC_HINTS.role);
  expect(hintOf(bad)).toBe(TOPIC_HINTS.role);
});
