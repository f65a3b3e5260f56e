import { closeRawServers, http, rawServer } from '../../app/tavus/raw-server';
import { judgeTrust } from '../../../ops/doctor/role/judge-trust';
import { maskOf } from '../../../ops/mask';
import { awsError, HEALTHY, ROLE_ARN, type FakeAwsAnswers } from '../fake-aws';
import { examine, SETTINGS } from '../run';

afterEach(closeRawServers);

/** Each is planted in a value that could be printed. */
const PLANTED = {
  TAVUS_API_KEY: 'tvsk_planted"key/0123',
  CALLBACK_SECRETS: 'planted-current-secret,planted-previous-secret',
  START_API_KEY: 'planted-start-key-0123',
  AWS_SECRET_ACCESS_KEY: 'plantedAwsSecret/0123456789',
  AWS_SESSION_TOKEN: 'plantedSessionToken==',
};
const SECRETS = Object.values(PLANTED).flatMap((value) => [value, ...value.split(',')]);
const ACCOUNTS = ['111122223333', '444455556666'];

/** Encodings of a secret in a text. */
const forms = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
];

const talkative = awsError('InternalFailure', 500);
talkative.name = `Failure of ${ROLE_ARN} with ${PLANTED.AWS_SECRET_ACCESS_KEY} and ${PLANTED.AWS_SESSION_TOKEN}`;

const CASES: readonly (readonly [string, FakeAwsAnswers])[] = [
  ['an AWS that is well', HEALTHY],
  ['an AWS that says too much', Object.fromEntries(Object.keys(HEALTHY).map((name) => [name, talkative]))],
  [
    'a role that trusts another principal',
    {
      ...HEALTHY,
      GetRoleCommand: {
        Role: {
          Arn: `${ROLE_ARN}-other`,
          AssumeRolePolicyDocument: JSON.stringify({
            Statement: {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::444455556666:role/Secret' },
              Action: '*',
            },
          }),
        },
      },
    },
  ],
];

describe.each([true, false])('no secret is printed, with --json %s', (json) => {
  test.each(CASES)('%s', async (_, answers) => {
    const words = JSON.stringify({ message: `no ${SECRETS.join(' ')} for ${ROLE_ARN}` });
    const { apiBaseUrl } = await rawServer((__, socket) => socket.end(http(400, words)));
    const env = { ...SETTINGS, ...PLANTED, TAVUS_API_BASE_URL: apiBaseUrl };
    const { stdout, stderr } = await examine(answers, env, { json, createTestConversation: true });
    const all = stdout + stderr;
    expect(all).toContain('[hidden]');
    for (const secret of SECRETS.flatMap(forms)) expect(all).not.toContain(secret);
    expect(all).not.toContain('TavusRole-1A2B3C');
    expect(all).not.toContain('role/Secret');
    for (const account of ACCOUNTS) expect(all).not.toContain(account);
  });
});

test('the commands of the fixes are not masked', () => {
  const { fix = '' } = judgeTrust([]);
  expect(maskOf(SECRETS)(fix)).toBe(fix);
});

test('a secret that is a prefix of another is masked with it', () => {
  expect(maskOf(['long-secret', 'long-secret-more'])('long-secret-more long-secret')).toBe(
    '[hidden] [hidden]',
  );
});

test('words that are too short to be secrets are not masked', () => {
  expect(maskOf(['test', ''])('a test')).toBe('a test');
});
