import { bench, closeAll } from '../../local/tavus/helpers';
import {
  ACCESS_DENIED,
  ACCOUNT,
  awsError,
  BUCKET,
  BUCKET_POLICY,
  HEALTHY,
  LIFECYCLE,
  ROLE,
  ROLE_ARN,
  type FakeAwsAnswers,
} from '../fake-aws';
import { API_KEY, examine, SETTINGS } from '../run';

let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const { simulator } = await bench({ apiKeys: [API_KEY] });
  env = { ...SETTINGS, TAVUS_API_BASE_URL: simulator.apiBaseUrl };
});
afterAll(closeAll);

test('without a problem every check passes, and the exit code is 0', async () => {
  const report = await examine(HEALTHY, env);
  const { checks, ...rest }: { checks: { status: string; id: string }[] } = JSON.parse(report.stdout);
  // The fake returns no time for the clock check.
  expect(checks.filter(({ status }) => status !== 'ok').map(({ id }) => id)).toEqual(['clock-aws']);
  expect(rest).toMatchObject({ ok: true, exitCode: 0, totals: { warn: 0, fail: 0, unknown: 1 } });
  expect(report.code).toBe(0);
});

const EVERY_KEY_CHECK = ['key-enabled', 'key-grants', 'key-policy'];
test.each<readonly [string, string, readonly string[]]>([
  ['GetBucketEncryptionCommand', 's3:GetEncryptionConfiguration', ['bucket-encryption', ...EVERY_KEY_CHECK]],
  ['HeadBucketCommand', 's3:ListBucket', ['bucket-region', 'bucket-direct-region']],
  ['GetBucketVersioningCommand', 's3:GetBucketVersioning', ['bucket-versioning', 'bucket-lock']],
  ['GetObjectLockConfigurationCommand', 's3:GetBucketObjectLockConfiguration', ['bucket-lock', 'log-bucket']],
  ['GetBucketReplicationCommand', 's3:GetReplicationConfiguration', ['bucket-replication']],
  ['GetBucketPolicyCommand', 's3:GetBucketPolicy', ['bucket-tls', 'bucket-denials']],
  ['GetBucketLifecycleConfigurationCommand', 's3:GetLifecycleConfiguration', ['bucket-lifecycle']],
  ['GetBucketOwnershipControlsCommand', 's3:GetBucketOwnershipControls', ['bucket-ownership', 'log-bucket']],
  ['GetBucketLoggingCommand', 's3:GetBucketLogging', ['bucket-logging', 'log-bucket']],
  ['ListObjectVersionsCommand', 's3:ListBucketVersions', ['bucket-overwritten']],
  ['ListObjectsV2Command', 's3:ListBucket', ['bucket-other-content']],
  ['GetRoleCommand', 'iam:GetRole', ['role-exists', 'role-trust', 'role-session']],
  ['DescribeKeyCommand', 'kms:DescribeKey', ['key-enabled']],
  ['GetKeyPolicyCommand', 'kms:GetKeyPolicy', ['key-policy']],
])('without the right to %s the report has %s as unknown, and continues', async (command, right, ids) => {
  const { code, of, stdout } = await examine({ ...HEALTHY, [command]: ACCESS_DENIED }, env);
  for (const id of ids) {
    expect(of(id)).toMatchObject({
      status: 'unknown',
      found: expect.stringContaining(`needs the right ${right}`),
      fix: `Allow ${right} to the caller of the doctor.`,
    });
  }
  expect(code).toBe(0);
  expect(stdout).not.toContain('"status": "fail"');
});

test('a 403 for the bucket may also mean that it belongs to another account', async () => {
  const { of } = await examine({ ...HEALTHY, HeadBucketCommand: awsError('Forbidden', 403) }, env);
  expect(of('bucket-exists')).toMatchObject({
    status: 'unknown',
    found: 'needs the right s3:ListBucket (or the bucket belongs to another account)',
  });
});

test('the public access blocks of bucket and account need two different rights', async () => {
  const { of } = await examine({ ...HEALTHY, GetPublicAccessBlockCommand: ACCESS_DENIED }, env);
  expect(of('bucket-public-access')?.found).toBe('needs the right s3:GetBucketPublicAccessBlock');
  expect(of('account-public-access')?.found).toBe('needs the right s3:GetAccountPublicAccessBlock');
});

describe('without the right to simulate', () => {
  const denied: FakeAwsAnswers = { ...HEALTHY, SimulatePrincipalPolicyCommand: ACCESS_DENIED };

  test("the role's own policies are read", async () => {
    const { of } = await examine(denied, env);
    expect(of('role-actions')).toMatchObject({
      status: 'ok',
      found: "8 of 8, by the role's policies as read, not those of an organisation",
    });
    expect(of('role-excess')).toMatchObject({ status: 'ok' });
    expect(of('key-grants')).toMatchObject({
      status: 'ok',
      found: "both, by the role's policies as read, not those of an organisation",
    });
  });

  test('attached policies are read too', async () => {
    const { of } = await examine(
      {
        ...denied,
        ListRolePoliciesCommand: { PolicyNames: [] },
        ListAttachedRolePoliciesCommand: { AttachedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/All' }] },
        GetPolicyCommand: { Policy: { DefaultVersionId: 'v1' } },
        GetPolicyVersionCommand: {
          PolicyVersion: {
            Document: encodeURIComponent('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'),
          },
        },
      },
      env,
    );
    expect(of('role-actions')?.status).toBe('ok');
    expect(of('role-excess')).toMatchObject({ status: 'warn' });
  });

  test.each([
    ['ListRolePoliciesCommand', 'iam:ListRolePolicies'],
    ['ListAttachedRolePoliciesCommand', 'iam:ListAttachedRolePolicies'],
    ['GetRolePolicyCommand', 'iam:GetRolePolicy'],
  ])('and to %s, both rights are reported', async (command, right) => {
    const { of } = await examine({ ...denied, [command]: ACCESS_DENIED }, env);
    expect(of('role-actions')).toMatchObject({
      status: 'unknown',
      found: `needs the right iam:SimulatePrincipalPolicy (or ${right})`,
    });
  });
});

describe('a missing configuration', () => {
  test.each([
    ['HeadBucketCommand', 'NotFound', 'bucket-exists', 'no such bucket'],
    ['GetBucketPolicyCommand', 'NoSuchBucketPolicy', 'bucket-tls', 'no bucket policy'],
    [
      'GetBucketLifecycleConfigurationCommand',
      'NoSuchLifecycleConfiguration',
      'bucket-lifecycle',
      'recordings never expire; recordings are never completely deleted: old versions are kept for ever; delete markers stay; broken uploads are kept for ever',
    ],
    ['DescribeKeyCommand', 'NotFoundException', 'key-enabled', 'no such key'],
  ])('%s: %s', async (command, name, id, found) => {
    const { code, of } = await examine({ ...HEALTHY, [command]: awsError(name, 404) }, env);
    expect(of(id)).toMatchObject({ status: 'fail', found });
    expect(code).toBe(1);
  });

  test('a missing role is one failure, and the reason for the skipped checks', async () => {
    const { of } = await examine({ ...HEALTHY, GetRoleCommand: awsError('NoSuchEntityException', 404) }, env);
    expect(of('role-exists')).toMatchObject({ status: 'fail', found: 'no such role' });
    for (const id of ['role-trust', 'role-session', 'role-actions', 'role-excess', 'key-grants']) {
      expect(of(id)).toMatchObject({ status: 'unknown', found: 'the role does not exist' });
    }
  });

  test('a missing bucket is one failure, and the reason for the skipped checks', async () => {
    const gone = awsError('NoSuchBucket', 404);
    const answers = Object.fromEntries(
      Object.keys(HEALTHY)
        .filter((name) => /Bucket|PublicAccess/.test(name))
        .map((name) => [name, gone]),
    );
    const { stdout } = await examine({ ...HEALTHY, ...answers }, env);
    const { checks }: { checks: { id: string; status: string }[] } = JSON.parse(stdout);
    expect(checks.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual(['bucket-exists']);
  });
});

test('without access logs, as in an existing bucket, the doctor warns and continues', async () => {
  const { code, of } = await examine({ ...HEALTHY, GetBucketLoggingCommand: {} }, env);
  expect(of('bucket-logging')).toMatchObject({ status: 'warn', found: 'off' });
  expect(of('log-bucket')).toMatchObject({ status: 'ok', found: 'none: access is not logged' });
  expect(code).toBe(0);
});

test.each<readonly [string, string, FakeAwsAnswers[string], string]>([
  [
    'that S3 cannot write to',
    'GetBucketPolicyCommand',
    { Policy: JSON.stringify(BUCKET_POLICY) },
    'policy: it does not allow S3 to write',
  ],
  [
    'whose logs do not expire',
    'GetBucketLifecycleConfigurationCommand',
    { Rules: LIFECYCLE.slice(1) },
    'lifecycle: logs never expire',
  ],
])('a log bucket %s gives a warning', async (_, command, answer, found) => {
  const { of } = await examine({ ...HEALTHY, [command]: answer }, env);
  expect(of('log-bucket')).toMatchObject({ status: 'warn', found: expect.stringContaining(found) });
});

test('a role of the same name at another path is not ours', async () => {
  const Role = {
    ...ROLE,
    Arn: `arn:aws:iam::${ACCOUNT}:role/TavusRole-1A2B3C`,
  };
  const { of } = await examine({ ...HEALTHY, GetRoleCommand: { Role } }, env);
  expect(of('role-exists')?.status).toBe('fail');
  expect(of('role-trust')).toMatchObject({ status: 'unknown', found: 'the role does not exist' });
});

test('with credentials of another account the role is unknown, because its name may exist there', async () => {
  const Account = '444455556666';
  const { code, of } = await examine(
    { ...HEALTHY, GetCallerIdentityCommand: { Account, Arn: `arn:aws:iam::${Account}:user/x` } },
    env,
  );
  expect(of('aws-identity')).toMatchObject({
    status: 'fail',
    found: 'account ********6666, arn:aws:iam::********6666:user/...',
    expected: 'credentials of the account that owns bucket and role: ********3333',
  });
  for (const id of [
    'role-exists',
    'role-trust',
    'role-session',
    'role-actions',
    'role-excess',
    'key-grants',
  ]) {
    expect(of(id)).toMatchObject({
      status: 'unknown',
      found: "the credentials belong to another account than the role's",
    });
  }
  expect(code).toBe(1);
});

test.each([
  [Object.assign(new Error('x'), { name: 'CredentialsProviderError' }), 'there are no AWS credentials'],
  [awsError('ExpiredToken', 400), 'AWS does not accept the credentials (ExpiredToken)'],
  [awsError('InvalidClientTokenId', 403), 'AWS does not accept the credentials (InvalidClientTokenId)'],
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'AWS cannot be reached (ECONNREFUSED)'],
  [awsError('InternalFailure', 500), 'AWS answered 500 (InternalFailure)'],
])('without any response from AWS the exit code is 2: %s', async (error, found) => {
  const answers = Object.fromEntries(Object.keys(HEALTHY).map((name) => [name, error]));
  const { code, of, stdout } = await examine(answers, env);
  expect(of('aws-identity')).toMatchObject({ status: 'unknown', found });
  expect(of('tavus-key')?.status).toBe('ok');
  expect(stdout).not.toContain('"status": "fail"');
  expect(code).toBe(2);
});

test.each(['{"Statement":[{"Effect":"Tristate"}]}', 'no JSON'])(
  'a policy that cannot be read is unknown, not missing: %s',
  async (Policy) => {
    const { of } = await examine({ ...HEALTHY, GetBucketPolicyCommand: { Policy } }, env);
    expect(of('bucket-tls')).toMatchObject({ status: 'unknown', found: "AWS's answer cannot be read" });
  },
);

test('the key of a bucket in another region is requested there', async () => {
  const { of } = await examine({ ...HEALTHY, HeadBucketCommand: { BucketRegion: 'eu-west-1' } }, env);
  expect(of('bucket-region')).toMatchObject({ status: 'fail', found: 'eu-west-1' });
  expect(of('bucket-direct-region')?.status).toBe('warn');
});

test('works on a manually created bucket and role, without a stack', async () => {
  const { of } = await examine(HEALTHY, env);
  expect(of('hand-over')).toBeUndefined();
  expect(of('bucket-exists')?.found).toBe(BUCKET);
  expect(of('TAVUS_AWS_ASSUME_ROLE_ARN')?.found).toBe(
    'arn:aws:iam::********3333:role/..., from the process environment',
  );
  expect(JSON.stringify(of('role-exists'))).not.toContain(ROLE_ARN);
});
