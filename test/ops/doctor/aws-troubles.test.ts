import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bench, closeAll } from '../../local/tavus/helpers';
import {
  ACCESS_DENIED,
  ACCOUNT,
  BUCKET_POLICY,
  encoded,
  HANDED_OVER,
  HEALTHY,
  LIFECYCLE,
  REGION,
  ROLE,
  ROLE_ARN,
  stackIn,
  type FakeAwsAnswers,
} from '../fake-aws';
import { API_KEY, examine, SETTINGS, type ReportedCheck } from '../run';

/** Complete runs of the doctor on an AWS with realistic problems. */

let env: NodeJS.ProcessEnv;
let directory: string;
beforeAll(async () => {
  const { simulator } = await bench({ apiKeys: [API_KEY] });
  env = { ...SETTINGS, TAVUS_API_BASE_URL: simulator.apiBaseUrl };
  directory = mkdtempSync(path.join(tmpdir(), 'troubles-'));
});
afterAll(async () => {
  await closeAll();
  rmSync(directory, { recursive: true });
});

type Of = (id: string) => ReportedCheck | undefined;

/** Checks that do not pass, by id, except the clock, which the fake lacks. */
async function notOk(
  answers: FakeAwsAnswers,
  more: Parameters<typeof examine>[2] = {},
): Promise<{ of: Of; ids: string[]; code: number }> {
  const { of, stdout, code } = await examine({ ...HEALTHY, ...answers }, env, more);
  const { checks }: { checks: ReportedCheck[] } = JSON.parse(stdout);
  const ids = checks.filter(({ status, id }) => status !== 'ok' && id !== 'clock-aws').map(({ id }) => id);
  return { of, ids, code };
}

/** An outputs file of `cdk deploy`, with a cdk.json. */
function deployed(outputs: object | undefined, settings: object = {}): { environment: string; file: string } {
  const folder = mkdtempSync(path.join(directory, 'run-'));
  const file = path.join(folder, 'cdk-outputs.json');
  if (outputs !== undefined) writeFileSync(file, JSON.stringify({ 'TavusRecordings-prod': outputs }));
  writeFileSync(
    path.join(folder, 'cdk.json'),
    JSON.stringify({ context: { environments: { prod: settings } } }),
  );
  return { environment: 'prod', file };
}

/** The simulation's response: all allowed, except these results. */
const simulating =
  (change: (action: string) => object): NonNullable<FakeAwsAnswers[string]> =>
  ({ ActionNames: actions }) => ({
    EvaluationResults: (Array.isArray(actions) ? actions : []).map((name: unknown) => ({
      EvalActionName: name,
      EvalDecision: /Delete|Policy|Acl/.test(String(name)) ? 'implicitDeny' : 'allowed',
      ...change(String(name)),
    })),
  });

describe('an organisation', () => {
  test('whose policy denies S3 is the reported cause, and the fix is not an Allow', async () => {
    const { of, ids, code } = await notOk({
      SimulatePrincipalPolicyCommand: simulating((action) =>
        action === 's3:PutObject'
          ? { EvalDecision: 'explicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: false } }
          : { OrganizationsDecisionDetail: { AllowedByOrganizations: true } },
      ),
    });
    expect(ids).toEqual(['role-actions']);
    expect(of('role-actions')).toMatchObject({
      status: 'fail',
      found: "7 of 8, by AWS's simulation; an organisation's policy denies s3:PutObject",
      fix: expect.stringContaining('Ask the administrator of the organisation'),
    });
    expect(code).toBe(1);
  });

  test('whose policy denies the key to the role is reported there', async () => {
    const { of, ids } = await notOk({
      SimulatePrincipalPolicyCommand: simulating((action) =>
        action.startsWith('kms:')
          ? { EvalDecision: 'implicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: false } }
          : {},
      ),
    });
    expect(ids).toEqual(['key-grants']);
    expect(of('key-grants')?.found).toContain(
      "an organisation's policy denies kms:GenerateDataKey, kms:Decrypt",
    );
  });

  test.each([
    [
      'User: x is not authorized to perform: s3:GetBucketPolicy with an explicit deny in a service control policy',
      'service control policy',
    ],
    ['because no service control policy allows the s3:GetBucketPolicy action', 'service control policy'],
    [
      'with an explicit deny in a resource control policy: arn:aws:organizations::1:policy/x',
      'resource control policy',
    ],
  ])(
    'whose policy denies the doctor itself is named in the fix, not the account: %s',
    async (message, policy) => {
      const { of, code } = await notOk({
        GetBucketPolicyCommand: Object.assign(new Error(message), {
          name: 'AccessDenied',
          $metadata: { httpStatusCode: 403 },
        }),
      });
      expect(of('bucket-tls')).toMatchObject({
        status: 'unknown',
        found: `needs the right s3:GetBucketPolicy, which a ${policy} denies`,
        fix: 'Ask the administrator of the organisation to allow s3:GetBucketPolicy: no policy in this account can.',
      });
      expect(code).toBe(0);
    },
  );

  test('names the permissions boundary of the caller, too', async () => {
    const message = 'because no permissions boundary allows the s3:GetBucketPolicy action';
    const { of } = await notOk({
      GetBucketPolicyCommand: Object.assign(new Error(message), {
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
      }),
    });
    expect(of('bucket-tls')?.fix).toBe('Allow s3:GetBucketPolicy in the permissions boundary of the caller.');
  });
});

describe("AWS's simulation", () => {
  test('gets the known context of an upload, so that conditions on it are decided', async () => {
    const asked: unknown[] = [];
    await notOk({
      HeadBucketCommand: { BucketRegion: 'us-west-2' },
      SimulatePrincipalPolicyCommand: ({ ContextEntries: entries, ActionNames: actions }) => {
        asked.push([actions, entries]);
        return {};
      },
    });
    const told = JSON.stringify(asked);
    expect(told).toContain(
      '{"ContextKeyName":"aws:RequestedRegion","ContextKeyType":"string","ContextKeyValues":["us-west-2"]}',
    );
    expect(told).toContain(
      '{"ContextKeyName":"aws:SecureTransport","ContextKeyType":"boolean","ContextKeyValues":["true"]}',
    );
    expect(told).toContain(
      `{"ContextKeyName":"aws:PrincipalArn","ContextKeyType":"string","ContextKeyValues":["${ROLE_ARN}"]}`,
    );
    expect(told).toContain(
      '{"ContextKeyName":"kms:ViaService","ContextKeyType":"string","ContextKeyValues":["s3.us-east-1.amazonaws.com"]}',
    );
  });

  test.each([
    ['at the top', { MissingContextValues: ['aws:SourceIp'] }],
    [
      'for the resource',
      {
        ResourceSpecificResults: [
          { EvalResourceName: 'x', EvalResourceDecision: 'allowed', MissingContextValues: ['aws:SourceIp'] },
        ],
      },
    ],
  ])('without a needed condition key is unknown: named %s', async (_, result) => {
    const { of } = await notOk({
      SimulatePrincipalPolicyCommand: simulating((action) => (action === 's3:GetObject' ? result : {})),
    });
    expect(of('role-actions')).toMatchObject({
      status: 'warn',
      found: "7 of 8, by AWS's simulation; under conditions (on aws:SourceIp): s3:GetObject",
    });
  });

  test('without a key that no upload has passes', async () => {
    const { ids } = await notOk({
      SimulatePrincipalPolicyCommand: simulating((action) => ({
        MissingContextValues: action.startsWith('kms:') ? ['s3:prefix'] : ['kms:ViaService', 's3:x-amz-acl'],
      })),
    });
    expect(ids).toEqual([]);
  });

  test('distinguishes a boundary and a Deny of the role itself as causes', async () => {
    const { of } = await notOk({
      SimulatePrincipalPolicyCommand: simulating((action) => {
        if (action === 's3:PutObject') {
          return {
            EvalDecision: 'implicitDeny',
            PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
          };
        }
        return action === 's3:GetObject' ? { EvalDecision: 'explicitDeny' } : {};
      }),
    });
    expect(of('role-actions')?.found).toBe(
      "6 of 8, by AWS's simulation; a Deny in the role's own policies applies to s3:GetObject; the role's permissions boundary does not allow s3:PutObject",
    );
  });
});

describe('without the right to simulate', () => {
  const boundaryArn = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
  const bounded: FakeAwsAnswers = {
    SimulatePrincipalPolicyCommand: ACCESS_DENIED,
    GetRoleCommand: { Role: { ...ROLE, PermissionsBoundary: { PermissionsBoundaryArn: boundaryArn } } },
    GetPolicyCommand: { Policy: { DefaultVersionId: 'v1' } },
  };
  const boundary = (Condition: object): FakeAwsAnswers => ({
    ...bounded,
    GetPolicyVersionCommand: {
      PolicyVersion: {
        Document: encoded({ Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition } }),
      },
    },
  });

  test('the boundary is read: in the region of the bucket it allows everything', async () => {
    const { ids } = await notOk(boundary({ StringEquals: { 'aws:RequestedRegion': REGION } }));
    expect(ids).toEqual([]);
  });

  test('the boundary is read: in another region it allows nothing', async () => {
    const { of } = await notOk(boundary({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }));
    expect(of('role-actions')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining("the role's permissions boundary does not allow s3:ListBucket"),
      fix: expect.stringContaining('Role.PermissionsBoundary'),
    });
  });

  test('a boundary with an unknown condition makes the decision conditional', async () => {
    const { of } = await notOk(boundary({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }));
    expect(of('role-actions')?.status).toBe('warn');
  });

  test('and to read the boundary, the rights are unknown', async () => {
    const { of, code } = await notOk({ ...bounded, GetPolicyCommand: ACCESS_DENIED });
    for (const id of ['role-actions', 'role-excess', 'key-grants']) {
      expect(of(id)).toMatchObject({
        status: 'unknown',
        found: 'needs the right iam:SimulatePrincipalPolicy (or iam:GetPolicy)',
      });
    }
    expect(code).toBe(0);
  });

  test('and to read whether there is a boundary, the rights are unknown', async () => {
    const { of } = await notOk({ ...bounded, GetRoleCommand: ACCESS_DENIED });
    expect(of('role-actions')).toMatchObject({
      status: 'unknown',
      found: 'needs the right iam:SimulatePrincipalPolicy (or iam:GetRole)',
    });
  });
});

describe('a bucket', () => {
  test.each<readonly [string, FakeAwsAnswers, string, string]>([
    [
      'whose policy requires a header',
      {
        GetBucketPolicyCommand: {
          Policy: JSON.stringify({
            Statement: [
              ...BUCKET_POLICY.Statement,
              {
                Sid: 'Encrypt',
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:PutObject',
                Resource: '*',
                Condition: { Null: { 's3:x-amz-server-side-encryption': 'true' } },
              },
            ],
          }),
        },
        GetBucketLoggingCommand: {},
      },
      'bucket-denials',
      'Tavus is blocked by Encrypt',
    ],
    [
      'whose lifecycle keeps old versions',
      {
        GetBucketLifecycleConfigurationCommand: {
          Rules: [
            LIFECYCLE[0],
            {
              ...LIFECYCLE[1],
              NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 5 },
            },
            ...LIFECYCLE.slice(2),
          ],
        },
      },
      'bucket-lifecycle',
      'recordings are never completely deleted',
    ],
    [
      'whose storage class depends on access',
      {
        GetBucketLifecycleConfigurationCommand: {
          Rules: [
            ...LIFECYCLE,
            {
              Status: 'Enabled',
              Filter: {},
              Transitions: [{ Days: 0, StorageClass: 'INTELLIGENT_TIERING' }],
            },
          ],
        },
        ListBucketIntelligentTieringConfigurationsCommand: {
          IntelligentTieringConfigurationList: [
            { Id: 'x', Status: 'Enabled', Tierings: [{ Days: 30, AccessTier: 'ARCHIVE_ACCESS' }] },
          ],
        },
      },
      'bucket-lifecycle',
      'recordings cannot be played after 30 d without access',
    ],
    [
      'with a lock for seven years',
      {
        GetObjectLockConfigurationCommand: ({ Bucket: name }) =>
          name === HANDED_OVER['TavusRecordingS3BucketName']
            ? {
                ObjectLockConfiguration: {
                  ObjectLockEnabled: 'Enabled',
                  Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 7 } },
                },
              }
            : {},
      },
      'bucket-lock',
      'locked for 2555 d; the lifecycle cannot remove it after 97 d',
    ],
    [
      'with MFA delete',
      { GetBucketVersioningCommand: { Status: 'Enabled', MFADelete: 'Enabled' } },
      'bucket-lock',
      'MFA delete is on',
    ],
  ])('%s fails exactly one check', async (_, answers, id, found) => {
    const { of, ids, code } = await notOk(answers);
    expect(ids.filter((one) => one !== 'bucket-logging')).toEqual([id]);
    expect(of(id)).toMatchObject({ status: 'fail', found: expect.stringContaining(found) });
    expect(code).toBe(1);
  });

  test('with replication gives a warning', async () => {
    const { of, ids, code } = await notOk({
      GetBucketReplicationCommand: {
        ReplicationConfiguration: {
          Rules: [{ Status: 'Enabled', Filter: {}, Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }],
        },
      },
    });
    expect(ids).toEqual(['bucket-replication']);
    expect(of('bucket-replication')?.found).toContain('copies go to elsewhere');
    expect(code).toBe(0);
  });

  test('whose log bucket has Object Lock gets no logs', async () => {
    const { of } = await notOk({
      GetObjectLockConfigurationCommand: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } },
    });
    expect(of('log-bucket')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('Object Lock: on, with which S3 delivers no logs'),
    });
    expect(of('bucket-lock')?.status).toBe('ok');
  });
});

describe('with an environment', () => {
  test('deployed as configured, the check passes', async () => {
    const { ids, of } = await notOk({}, { handOver: deployed(HANDED_OVER) });
    expect(ids).toEqual([]);
    expect(of('aws-stack')).toMatchObject({ status: 'ok', found: 'CREATE_COMPLETE' });
  });

  test('whose first deployment failed, the fix has two commands', async () => {
    const { of, code } = await notOk(
      { DescribeStacksCommand: stackIn('ROLLBACK_COMPLETE', { outputs: {} }) },
      { handOver: deployed(undefined) },
    );
    expect(of('hand-over')).toMatchObject({ status: 'fail', found: expect.stringContaining('there is no ') });
    expect(of('aws-stack')).toMatchObject({
      status: 'fail',
      found: 'ROLLBACK_COMPLETE: its first deployment failed',
      fix: expect.stringContaining(
        'Then run `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name TavusRecordings-prod --region us-east-1`, then `npx cdk deploy TavusRecordings-prod`',
      ),
    });
    expect(code).toBe(1);
  });

  test.each<readonly [string, FakeAwsAnswers, string, string]>([
    [
      'failed in its last deployment',
      { DescribeStacksCommand: stackIn('UPDATE_ROLLBACK_COMPLETE') },
      'fail',
      'UPDATE_ROLLBACK_COMPLETE',
    ],
    [
      'is being deployed',
      { DescribeStacksCommand: stackIn('UPDATE_IN_PROGRESS') },
      'warn',
      'UPDATE_IN_PROGRESS',
    ],
    [
      'may not be read',
      { DescribeStacksCommand: ACCESS_DENIED },
      'unknown',
      'needs the right cloudformation:DescribeStacks',
    ],
    [
      'was deployed again since its file was written',
      {
        DescribeStacksCommand: stackIn('UPDATE_COMPLETE', {
          outputs: { ...HANDED_OVER, TavusAwsAssumeRoleArn: `${ROLE_ARN}-2` },
        }),
      },
      'fail',
      'UPDATE_COMPLETE, and cdk-outputs.json has another TavusAwsAssumeRoleArn',
    ],
    [
      'has no stack, because bucket and role were created manually',
      {
        DescribeStacksCommand: Object.assign(new Error('Stack with id x does not exist'), {
          name: 'ValidationError',
          $metadata: { httpStatusCode: 400 },
        }),
      },
      'ok',
      'none in us-east-1: bucket and role were created by other means',
    ],
  ])('%s', async (_, answers, status, found) => {
    const handOver = deployed(HANDED_OVER);
    const { of } = await notOk(answers, { handOver });
    expect(of('aws-stack')?.found.replace(handOver.file, 'cdk-outputs.json')).toBe(found);
    expect(of('aws-stack')?.status).toBe(status);
  });

  test('never deployed, file and stack are missing', async () => {
    const gone = Object.assign(new Error('Stack with id x does not exist'), {
      name: 'ValidationError',
      $metadata: { httpStatusCode: 400 },
    });
    const { of } = await notOk({ DescribeStacksCommand: gone }, { handOver: deployed(undefined) });
    expect(of('aws-stack')).toMatchObject({
      status: 'fail',
      fix: 'Run `npx cdk deploy TavusRecordings-prod`.',
    });
  });

  test('with promised days, the bucket must have them', async () => {
    const { of, ids } = await notOk({}, { handOver: deployed(HANDED_OVER, { retentionDays: 30 }) });
    expect(ids).toEqual(['bucket-lifecycle']);
    expect(of('bucket-lifecycle')).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(
        /^recordings expire after 90 d, not after the promised 30 d; the last byte/,
      ),
      fix: expect.stringContaining('"Expiration":{"Days":30}'),
    });
  });

  test('with an existing bucket, days are checked only if configured', async () => {
    const adopted = { existingBucketName: 'acme-recordings' };
    const rules = LIFECYCLE.map((rule) =>
      'Expiration' in rule && 'Days' in rule.Expiration ? { ...rule, Expiration: { Days: 3653 } } : rule,
    );
    const answers = { GetBucketLifecycleConfigurationCommand: { Rules: rules } };
    expect((await notOk(answers, { handOver: deployed(HANDED_OVER, adopted) })).ids).toEqual([]);
    const { ids } = await notOk(answers, {
      handOver: deployed(HANDED_OVER, { ...adopted, retentionDays: 90 }),
    });
    expect(ids).toEqual(['bucket-lifecycle']);
  });

  describe('with a bucket in another region', () => {
    const elsewhere: FakeAwsAnswers = { HeadBucketCommand: { BucketRegion: 'us-west-2' } };

    test('and a wrong hand-over, the fix is in cdk.json', async () => {
      env = { ...env, TAVUS_RECORDING_S3_BUCKET_REGION: undefined };
      const { of } = await notOk(elsewhere, { handOver: deployed(HANDED_OVER) });
      env = { ...env, TAVUS_RECORDING_S3_BUCKET_REGION: REGION };
      expect(of('bucket-region')).toMatchObject({
        status: 'fail',
        found: 'us-west-2',
        fix: expect.stringContaining(
          'In cdk.json, set "existingBucketRegion": "us-west-2" beside existingBucketName of prod, and run `npx cdk deploy TavusRecordings-prod`.',
        ),
      });
      expect(of('bucket-region')?.fix).not.toContain('Set TAVUS_RECORDING_S3_BUCKET_REGION');
    });

    test('and a right hand-over, the check passes', async () => {
      env = { ...env, TAVUS_RECORDING_S3_BUCKET_REGION: 'us-west-2' };
      const outputs = {
        ...HANDED_OVER,
        TavusRecordingS3BucketRegion: 'us-west-2',
        ExistingBucketRegion: 'us-west-2',
      };
      const { of, ids } = await notOk(
        { ...elsewhere, DescribeStacksCommand: stackIn('CREATE_COMPLETE', { outputs }) },
        {
          handOver: deployed(outputs, {
            existingBucketName: 'acme-recordings',
            existingBucketRegion: 'us-west-2',
          }),
        },
      );
      env = { ...env, TAVUS_RECORDING_S3_BUCKET_REGION: REGION };
      expect(of('bucket-region')).toMatchObject({ status: 'ok', found: 'us-west-2' });
      expect(of('hand-over')?.status).toBe('ok');
      expect(ids).toEqual([]);
    });

    test('and no hand-over, the fix is a setting', async () => {
      const { of } = await notOk(elsewhere);
      expect(of('bucket-region')?.fix).toBe(
        'Set TAVUS_RECORDING_S3_BUCKET_REGION=us-west-2 in the process environment.',
      );
    });
  });
});
