import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bench, closeAll } from '../../local/tavus/helpers';
import {
  ACCOUNT,
  awsError,
  BUCKET,
  encoded,
  HANDED_OVER,
  HEALTHY,
  KEY_ARN,
  ROLE,
  stackIn,
  type FakeAwsAnswers,
} from '../fake-aws';
import { API_KEY, examine, SETTINGS, type ReportedCheck } from '../run';

/** Complete runs of the doctor for a backend that reads the bucket by web identity. AWS's requirements are restated, not imported. */

const TENANT = '00000000-0000-4000-8000-000000000002';
const IDENTITY = 'aaaaaaaa-0000-4000-8000-000000000001';
const APPLICATION = 'cccccccc-0000-4000-8000-000000000001';
const AUDIENCE = `api://${APPLICATION}`;
const ISSUER = `sts.windows.net/${TENANT}/`;
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
const V2_PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/login.microsoftonline.com/${TENANT}/v2.0`;
const READER_ARN = `arn:aws:iam::${ACCOUNT}:role/TavusRecordings-prod-ReaderRole-1A2B3C`;
const HOLDS = 'acme-holds';

const READS: ReadonlySet<string> = new Set([
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:ListBucketVersions',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListMultipartUploadParts',
]);

const OWN_STATEMENT = {
  Effect: 'Allow',
  Principal: { Federated: PROVIDER },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: {
    StringEquals: { [`${ISSUER}:aud`]: [AUDIENCE, APPLICATION], [`${ISSUER}:sub`]: IDENTITY },
  },
};

/** The trust policy, with a changed statement or condition. */
const trustOf = (statement: object = {}, conditions: object = {}): object => ({
  Version: '2012-10-17',
  Statement: {
    ...OWN_STATEMENT,
    Condition: { StringEquals: { ...OWN_STATEMENT.Condition.StringEquals, ...conditions } },
    ...statement,
  },
});

/** The reader role and Tavus's role. */
const roles =
  (trust: object, more: object = {}): NonNullable<FakeAwsAnswers[string]> =>
  ({ RoleName: name }) => ({
    Role: READER_ARN.endsWith(`/${String(name)}`)
      ? {
          Arn: READER_ARN,
          AssumeRolePolicyDocument: encoded(trust),
          MaxSessionDuration: 3600,
          ...more,
        }
      : ROLE,
  });

type Allows = (action: string, resource: string) => boolean;
const readsOnly: Allows = (action, resource) =>
  (READS.has(action) && (resource.includes(BUCKET) || resource.includes(HOLDS))) ||
  (action === 'kms:Decrypt' && resource === KEY_ARN);

/** The simulation's response for the reader; the usual one for Tavus's role. */
const simulating =
  (allows: Allows): NonNullable<FakeAwsAnswers[string]> =>
  (input) => {
    const { PolicySourceArn: arn, ActionNames: actions, ResourceArns: resources } = input;
    const healthy = HEALTHY['SimulatePrincipalPolicyCommand'];
    if (arn !== READER_ARN && typeof healthy === 'function') return healthy(input);
    const [resource] = Array.isArray(resources) ? resources : [];
    return {
      EvaluationResults: (Array.isArray(actions) ? actions : []).map((action: unknown) => ({
        EvalActionName: action,
        EvalDecision: allows(String(action), String(resource)) ? 'allowed' : 'implicitDeny',
      })),
    };
  };

/** The providers of the account, by ARN. */
const providers =
  (audiences: Readonly<Record<string, readonly string[]>>): NonNullable<FakeAwsAnswers[string]> =>
  ({ OpenIDConnectProviderArn: arn }) => {
    const ClientIDList = audiences[String(arn)];
    if (ClientIDList === undefined) throw awsError('NoSuchEntityException', 404);
    return { ClientIDList };
  };

const OUTPUTS = { ...HANDED_OVER, RecordingsReaderRoleArn: READER_ARN };
const RIGHT: FakeAwsAnswers = {
  DescribeStacksCommand: stackIn('CREATE_COMPLETE', { outputs: OUTPUTS }),
  GetRoleCommand: roles(trustOf()),
  SimulatePrincipalPolicyCommand: simulating(readsOnly),
  GetOpenIDConnectProviderCommand: providers({ [PROVIDER]: [AUDIENCE, APPLICATION] }),
};

let env: NodeJS.ProcessEnv;
let directory: string;
beforeAll(async () => {
  const { simulator } = await bench({ apiKeys: [API_KEY] });
  env = {
    ...SETTINGS,
    TAVUS_API_BASE_URL: simulator.apiBaseUrl,
    RECORDINGS_ACCESS: 'web-identity',
    AWS_WEB_IDENTITY_AUDIENCE: AUDIENCE,
  };
  directory = mkdtempSync(path.join(tmpdir(), 'reader-'));
});
afterAll(async () => {
  await closeAll();
  rmSync(directory, { recursive: true });
});

interface Situation {
  readonly answers?: FakeAwsAnswers;
  readonly env?: NodeJS.ProcessEnv;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly backend?: object | undefined;
}

const BACKEND = { tenantId: TENANT, principalId: IDENTITY, audience: AUDIENCE };

/** The results about reading the bucket, of a run in which all other checks pass. */
async function lines(situation: Situation = {}): Promise<ReportedCheck[]> {
  const folder = mkdtempSync(path.join(directory, 'run-'));
  const { outputs = OUTPUTS } = situation;
  const settings = 'backend' in situation ? { backend: situation.backend } : { backend: BACKEND };
  writeFileSync(path.join(folder, 'cdk-outputs.json'), JSON.stringify({ 'TavusRecordings-prod': outputs }));
  writeFileSync(
    path.join(folder, 'cdk.json'),
    JSON.stringify({ context: { environments: { prod: settings } } }),
  );
  const { stdout } = await examine(
    {
      ...HEALTHY,
      ...RIGHT,
      DescribeStacksCommand: stackIn('CREATE_COMPLETE', { outputs }),
      ...situation.answers,
    },
    { ...env, ...situation.env },
    { handOver: { environment: 'prod', file: path.join(folder, 'cdk-outputs.json') } },
  );
  const { checks }: { checks: (ReportedCheck & { topic: string })[] } = JSON.parse(stdout);
  return checks.filter(({ topic }) => topic === 'reader');
}

const notOk = async (situation: Situation): Promise<ReportedCheck[]> =>
  (await lines(situation)).filter(({ status }) => status !== 'ok');

test('every check passes for a correct configuration', async () => {
  expect((await lines()).map(({ id, status }) => `${id} ${status}`)).toEqual([
    'reader-role ok',
    'reader-audience ok',
    'reader-provider ok',
    'reader-trust ok',
    'reader-session ok',
    'reader-actions ok',
    'reader-denials ok',
    'reader-excess ok',
  ]);
});

const role = (trust: object, more: object = {}): Situation => ({
  answers: { GetRoleCommand: roles(trust, more) },
});
const OTHER = 'aaaaaaaa-0000-4000-8000-000000000009';

const CAUSES: readonly (readonly [string, Situation, id: string, found: string, fix: string])[] = [
  [
    'the provider is missing',
    { answers: { GetOpenIDConnectProviderCommand: providers({}) } },
    'reader-provider',
    'none',
    'npx cdk deploy --app "node --require tsx/cjs infra-aws/identity.ts"',
  ],
  [
    'the only provider is of tokens of version 2',
    { answers: { GetOpenIDConnectProviderCommand: providers({ [V2_PROVIDER]: [AUDIENCE] }) } },
    'reader-provider',
    `none, but one of version 2 (login.microsoftonline.com/${TENANT}/v2.0)`,
    'infra-aws/identity.ts',
  ],
  [
    'the provider does not take the audience',
    {
      answers: { GetOpenIDConnectProviderCommand: providers({ [PROVIDER]: ['api://another', APPLICATION] }) },
    },
    'reader-provider',
    `does not accept the audience ${AUDIENCE}`,
    `--client-id ${AUDIENCE}`,
  ],
  [
    'the backend asks for another audience',
    { env: { AWS_WEB_IDENTITY_AUDIENCE: 'api://another' } },
    'reader-audience',
    'wrong audience api://another, in the process environment',
    `pulumi config set awsWebIdentityAudience ${AUDIENCE}`,
  ],
  [
    'the role trusts tokens of version 2',
    role(trustOf({ Principal: { Federated: V2_PROVIDER } })),
    'reader-trust',
    'trusts tokens of version 2',
    'npx cdk deploy TavusRecordings-prod',
  ],
  [
    'the role takes another audience',
    role(trustOf({}, { [`${ISSUER}:aud`]: 'api://another' })),
    'reader-trust',
    `has the wrong audience api://another; lacks the audience ${AUDIENCE}, ${APPLICATION}`,
    'npm run entra',
  ],
  [
    "the role takes another environment's identity",
    role(trustOf({}, { [`${ISSUER}:sub`]: OTHER })),
    'reader-trust',
    `has the wrong subject ${OTHER}; lacks the subject ${IDENTITY}`,
    'pulumi stack output',
  ],
  [
    'the role takes every identity of the tenant',
    role(trustOf({ Condition: { StringEquals: { [`${ISSUER}:aud`]: [AUDIENCE, APPLICATION] } } })),
    'reader-trust',
    'does not check the subject',
    'npx cdk deploy',
  ],
  [
    'the role compares by a pattern',
    role(
      trustOf({
        Condition: {
          StringEquals: { [`${ISSUER}:aud`]: [AUDIENCE, APPLICATION] },
          StringLike: { [`${ISSUER}:sub`]: '*' },
        },
      }),
    ),
    'reader-trust',
    'compares the subject by stringlike',
    'npx cdk deploy',
  ],
  [
    'another principal can assume the role, too',
    role({ Statement: [OWN_STATEMENT, { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] }),
    'reader-trust',
    'also trusts *',
    'npx cdk deploy',
  ],
  [
    'the role is gone',
    {
      answers: {
        GetRoleCommand: (input) => {
          if (READER_ARN.endsWith(`/${String(input['RoleName'])}`))
            throw awsError('NoSuchEntityException', 404);
          return { Role: ROLE };
        },
      },
    },
    'reader-role',
    'no such role',
    'npx cdk deploy TavusRecordings-prod',
  ],
  [
    'a right to read is missing',
    {
      answers: {
        SimulatePrincipalPolicyCommand: simulating(
          (action, resource) => action !== 's3:ListBucketVersions' && readsOnly(action, resource),
        ),
      },
    },
    'reader-actions',
    "6 of 7, by AWS's simulation; not allowed: s3:ListBucketVersions",
    'npx cdk deploy',
  ],
  [
    "the bucket's key is not the role's to use",
    {
      answers: {
        SimulatePrincipalPolicyCommand: simulating(
          (action, resource) => action !== 'kms:Decrypt' && readsOnly(action, resource),
        ),
      },
    },
    'reader-actions',
    'not allowed: kms:Decrypt',
    'npx cdk deploy',
  ],
  [
    'it may delete',
    {
      answers: {
        SimulatePrincipalPolicyCommand: simulating(
          (action, resource) => action === 's3:DeleteObject' || readsOnly(action, resource),
        ),
      },
    },
    'reader-excess',
    'also allows s3:DeleteObject',
    'npx cdk deploy',
  ],
  [
    'it reads other buckets',
    {
      answers: {
        SimulatePrincipalPolicyCommand: simulating(
          (action, resource) => action === 's3:GetObject' || readsOnly(action, resource),
        ),
      },
    },
    'reader-excess',
    'reads other buckets too',
    'npx cdk deploy',
  ],
  [
    'cdk.json has a backend, and nothing is deployed of it',
    { outputs: HANDED_OVER },
    'reader-role',
    'although cdk.json has backend of prod',
    'npx cdk deploy TavusRecordings-prod',
  ],
];

test.each(CAUSES)('names the cause if %s', async (_, situation, id, found, fix) => {
  const [line] = await notOk(situation);
  expect(line).toMatchObject({
    id,
    status: 'fail',
    found: expect.stringContaining(found),
    fix: expect.stringContaining(fix),
  });
});

test.each([
  [
    'neither role nor backend is a choice, and its price is said',
    HANDED_OVER,
    'warn',
    'recordings stay `announced`',
  ],
  ['a role without a setting in cdk.json is skipped', OUTPUTS, 'unknown', 'no backend of this environment'],
])('%s', async (_, outputs, status, found) => {
  const set = outputs === OUTPUTS ? {} : { RECORDINGS_ACCESS: 'none' };
  const [line] = await notOk({ outputs, backend: undefined, env: set });
  expect(line).toMatchObject({ status, found: expect.stringContaining(found) });
});

test('an additional condition and a long session give warnings', async () => {
  const found = await notOk(
    role(trustOf({}, { 'aws:SourceIp': '203.0.113.0/24' }), { MaxSessionDuration: 43_200 }),
  );
  expect(found.map(({ id, status, found: words }) => [id, status, words])).toEqual([
    ['reader-trust', 'warn', 'has another condition, on aws:sourceip, which may block the backend'],
    ['reader-session', 'warn', '43200 s'],
  ]);
});

test('a Deny in the bucket policy that applies to the backend is found', async () => {
  const policy = {
    Statement: [
      {
        Sid: 'OnlyUs',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${BUCKET}/*`,
      },
    ],
  };
  const found = await notOk({ answers: { GetBucketPolicyCommand: { Policy: JSON.stringify(policy) } } });
  expect(found).toMatchObject([
    { id: 'reader-denials', status: 'fail', found: 'the backend is blocked by OnlyUs' },
  ]);
});

describe('the bucket for recordings on hold', () => {
  const outputs = { ...OUTPUTS, RecordingsHoldsBucketName: HOLDS };
  /** A different lifecycle than for the recordings. */
  const lifecycle = (rules: readonly object[]): FakeAwsAnswers => ({
    GetBucketLifecycleConfigurationCommand: ({ Bucket: name }) => {
      const healthy = HEALTHY['GetBucketLifecycleConfigurationCommand'];
      return name === HOLDS || typeof healthy !== 'object' ? { Rules: rules } : healthy;
    },
  });
  const ABORT = { ID: 'a', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
  const policy = {
    GetBucketPolicyCommand: ({ Bucket: name }: Readonly<Record<string, unknown>>) => {
      const healthy = HEALTHY['GetBucketPolicyCommand'];
      if (typeof healthy !== 'function') throw new Error('no policy');
      const { Policy: text } = Object(healthy({ Bucket: name === HOLDS ? BUCKET : name }));
      return { Policy: String(text).replaceAll(BUCKET, String(name) === HOLDS ? HOLDS : BUCKET) };
    },
  };

  test.each([HOLDS, BUCKET])('must be readable like the recordings: %s are missing', async (unread) => {
    const answers = {
      ...lifecycle([ABORT]),
      ...policy,
      SimulatePrincipalPolicyCommand: simulating(
        (action, resource) => !resource.includes(unread) && readsOnly(action, resource),
      ),
    };
    expect(await notOk({ outputs, answers })).toMatchObject([{ id: 'reader-actions', status: 'fail' }]);
  });
});
