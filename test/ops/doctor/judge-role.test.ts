import { judgeTrust } from '../../../ops/doctor/role/judge-trust';
import { judgeActions, judgeExcess, judgeRole, judgeSession } from '../../../ops/doctor/role/judge';
import { judgeGrants, judgeKey, judgeKeyPolicy } from '../../../ops/doctor/key/judge';
import { parsePolicy } from '../../../ops/doctor/policy/document';
import type { PolicyDecision } from '../../../ops/doctor/policy/evaluate';
import type { ActionDecision, Decisions, DeniedBy } from '../../../ops/doctor/role/decisions';
import type { CheckStatus } from '../../../ops/doctor/check-result';
import { ACCOUNT, BUCKET, KEY_ARN, ROLE_ARN, TRUST, WRITER } from '../fake-aws';

const { Statement: RIGHT } = TRUST;
const asking = (operator: string, id: unknown): object => ({
  ...RIGHT,
  Condition: { [operator]: { 'sts:ExternalId': id } },
});

const TRUSTS: readonly (readonly [string, readonly object[], CheckStatus, string])[] = [
  ['as Tavus asks for it', [RIGHT], 'ok', 'account 291871421005, ExternalId tavus, no other principal'],
  ['with the bare account', [{ ...RIGHT, Principal: { AWS: '291871421005' } }], 'ok', 'account 291871421005'],
  [
    'with the condition key in another case, as IAM reads it',
    [{ ...RIGHT, Condition: { StringEquals: { 'STS:externalid': 'tavus' } } }],
    'ok',
    'account 291871421005',
  ],
  ['without a condition', [{ ...RIGHT, Condition: {} }], 'fail', 'does not require sts:ExternalId'],
  [
    'with the ExternalId in another case',
    [asking('StringEquals', 'Tavus')],
    'fail',
    'by stringequals "Tavus"',
  ],
  [
    'with one more ExternalId',
    [asking('StringEquals', ['tavus', 'x'])],
    'fail',
    'by stringequals "tavus", "x"',
  ],
  ['with the ExternalId by pattern', [asking('StringLike', 'tavus*')], 'fail', 'by stringlike "tavus*"'],
  [
    'with the ExternalId in any case',
    [asking('StringEqualsIgnoreCase', 'tavus')],
    'fail',
    'by stringequalsignorecase',
  ],
  ['with the ExternalId only if there is one', [asking('StringEqualsIfExists', 'tavus')], 'fail', 'ifexists'],
  [
    'of another account',
    [{ ...RIGHT, Principal: { AWS: 'arn:aws:iam::444455556666:root' } }],
    'fail',
    'does not let account 291871421005 assume the role; also trusts arn:aws:iam::444455556666:root',
  ],
  ['for every principal', [{ ...RIGHT, Principal: '*' }], 'fail', 'also trusts *'],
  ['for every principal, in another form', [{ ...RIGHT, Principal: { AWS: '*' } }], 'fail', 'also trusts *'],
  [
    'of one more account in the same statement',
    [{ ...RIGHT, Principal: { AWS: ['291871421005', '444455556666'] } }],
    'fail',
    'also trusts ********6666',
  ],
  [
    'of a service in one more statement',
    [RIGHT, { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    'fail',
    'also trusts Service:ec2.amazonaws.com',
  ],
  [
    'of one more statement without the condition',
    [RIGHT, { ...RIGHT, Condition: {} }],
    'fail',
    'does not require',
  ],
  ['of another action', [{ ...RIGHT, Action: 'sts:TagSession' }], 'fail', 'does not let account'],
  [
    'turned around',
    [RIGHT, { Effect: 'Allow', NotPrincipal: { AWS: '1' }, Action: '*' }],
    'fail',
    'NotPrincipal',
  ],
  [
    'under one more condition',
    [{ ...RIGHT, Condition: { ...RIGHT.Condition, IpAddress: { 'aws:SourceIp': '1.2.3.4/32' } } }],
    'warn',
    'has another condition, on aws:sourceip, which may block Tavus',
  ],
  [
    'under a condition that always holds',
    [{ ...RIGHT, Condition: { ...RIGHT.Condition, Bool: { 'aws:SecureTransport': 'true' } } }],
    'ok',
    'account 291871421005',
  ],
  ...(
    [
      ['Bool', 'aws:MultiFactorAuthPresent', 'true'],
      ['StringEquals', 'aws:SourceAccount', ACCOUNT],
      ['ArnLike', 'aws:SourceArn', `arn:aws:s3:::${BUCKET}`],
      ['StringEquals', 'aws:SourceVpce', 'vpce-1'],
      ['StringEquals', 'aws:PrincipalAccount', ACCOUNT],
      ['IpAddress', 'aws:SourceIp', '10.0.0.0/8'],
    ] as const
  ).map(
    ([operator, key, value]) =>
      [
        `under a condition that Tavus cannot meet: ${key}`,
        [
          {
            ...RIGHT,
            Condition: {
              ...RIGHT.Condition,
              [operator]: {
                ...(operator === 'StringEquals' ? RIGHT.Condition.StringEquals : {}),
                [key]: value,
              },
            },
          },
        ],
        'fail',
        `has a condition that Tavus cannot meet, on ${key.toLowerCase()}`,
      ] as const,
  ),
  [
    'with a Deny with an unknown condition',
    [RIGHT, { ...RIGHT, Effect: 'Deny', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    'warn',
    'has a Deny, which may block Tavus',
  ],
  [
    'with a Deny of some of the vendor',
    [
      RIGHT,
      { ...RIGHT, Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::291871421005:role/x' }, Condition: {} },
    ],
    'warn',
    'has a Deny, which may block Tavus',
  ],
  [
    'with a Deny of the vendor',
    [RIGHT, { ...RIGHT, Effect: 'Deny' }],
    'fail',
    'has a Deny that blocks Tavus',
  ],
  [
    'with a Deny for all but another principal',
    [RIGHT, { Effect: 'Deny', NotPrincipal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
    'fail',
    'has a Deny that blocks Tavus',
  ],
  [
    'with a Deny without TLS',
    [
      RIGHT,
      {
        Effect: 'Deny',
        Principal: '*',
        Action: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
    'ok',
    'account 291871421005',
  ],
  [
    'with a Deny of session tags',
    [RIGHT, { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' }],
    'ok',
    'account 291871421005',
  ],
  ['that is empty', [], 'fail', 'does not let account 291871421005 assume the role'],
];

describe('a trust policy', () => {
  test.each(TRUSTS)('%s', (_, Statement, status, found) => {
    const outcome = judgeTrust(parsePolicy(JSON.stringify({ Statement })));
    expect(outcome.status).toBe(status);
    expect(outcome.found).toContain(found);
  });

  test('that is wrong is corrected by the command of its fix', () => {
    const { fix = '' } = judgeTrust([]);
    const [, document = ''] = /^Save as trust\.json: (\{.*\}) Then run `/.exec(fix) ?? [];
    expect(judgeTrust(parsePolicy(document)).status).toBe('ok');
  });
});

test.each([
  [ROLE_ARN, 'ok', 'exists'],
  [undefined, 'fail', 'no such role'],
  [`arn:aws:iam::${ACCOUNT}:role/TavusRole-1A2B3C`, 'fail', 'a role of that name with another ARN'],
] as const)('the role found as %s', (arn, status, found) => {
  const outcome = judgeRole(ROLE_ARN, arn);
  expect(outcome.status).toBe(status);
  expect(outcome.found).toContain(found);
});

test.each([
  [43_200, 'ok'],
  [43_199, 'fail'],
  [3600, 'fail'],
] as const)('a longest session of %i s: %s', (seconds, status) => {
  expect(judgeSession(seconds)).toMatchObject({ status, found: `${seconds} s` });
});

/** The eight actions, restated from Tavus's page (read 2026-11-22). */
const EIGHT = [
  's3:PutObject',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListBucketMultipartUploads',
  's3:ListMultipartUploadParts',
  's3:AbortMultipartUpload',
];
const all = (actions: readonly string[], decision: PolicyDecision): Map<string, ActionDecision> =>
  new Map(actions.map((action) => [action, { decision }]));
const by = (byAction: Decisions['byAction']): Decisions => ({ by: "AWS's simulation", byAction });
const SIMULATED = "by AWS's simulation";

describe("the role's rights", () => {
  test('are all eight actions', () => {
    expect(judgeActions(by(all(EIGHT, 'allowed')), BUCKET)).toMatchObject({
      status: 'ok',
      found: `8 of 8, ${SIMULATED}`,
    });
  });

  test.each(EIGHT)('are insufficient without %s', (action) => {
    for (const decisions of [
      all(EIGHT, 'allowed').set(action, { decision: 'denied' }),
      all(
        EIGHT.filter((one) => one !== action),
        'allowed',
      ),
    ]) {
      expect(judgeActions(by(decisions), BUCKET)).toMatchObject({
        status: 'fail',
        found: `7 of 8, ${SIMULATED}; not allowed: ${action}`,
        fix: expect.stringContaining('aws iam put-role-policy'),
      });
    }
  });

  test.each<readonly [DeniedBy, string, string]>([
    [
      'organisation',
      "an organisation's policy denies s3:PutObject",
      'Ask the administrator of the organisation to allow the role s3:PutObject (service control policies): no policy of this account can.',
    ],
    [
      'boundary',
      "the role's permissions boundary does not allow s3:PutObject",
      'Allow s3:PutObject in the policy that `aws iam get-role --role-name <role> --query Role.PermissionsBoundary` names.',
    ],
    [
      'own deny',
      "a Deny in the role's own policies applies to s3:PutObject",
      'Remove the Deny from its policy: `aws iam list-role-policies --role-name <role>` and `aws iam list-attached-role-policies --role-name <role>` list all policies.',
    ],
  ])('that are denied by %s are not fixed by an Allow', (deniedBy, found, fix) => {
    const decisions = all(EIGHT, 'allowed').set('s3:PutObject', { decision: 'denied', deniedBy });
    expect(judgeActions(by(decisions), BUCKET)).toMatchObject({
      status: 'fail',
      found: `7 of 8, ${SIMULATED}; ${found}`,
      fix,
    });
  });

  test('that are missing for two reasons have both fixes', () => {
    const decisions = all(EIGHT, 'allowed')
      .set('s3:PutObject', { decision: 'denied', deniedBy: 'organisation' })
      .set('s3:GetObject', { decision: 'denied' });
    const { found, fix } = judgeActions(by(decisions), BUCKET);
    expect(found).toContain("an organisation's policy denies s3:PutObject");
    expect(found).toContain('not allowed: s3:GetObject');
    expect(fix).toMatch(/administrator of the organisation.* Then run `aws iam put-role-policy/);
  });

  test('with a condition give a warning', () => {
    const decisions = all(EIGHT, 'allowed').set('s3:PutObject', {
      decision: 'conditional',
      unknownKeys: ['aws:SourceIp'],
    });
    expect(judgeActions(by(decisions), BUCKET)).toMatchObject({
      status: 'warn',
      found: `7 of 8, ${SIMULATED}; under conditions (on aws:SourceIp): s3:PutObject`,
    });
  });

  test.each([
    ['denied', 'ok', 'none'],
    ['allowed', 'warn', 'also allows s3:DeleteObject'],
    ['conditional', 'warn', 'also allows s3:DeleteObject'],
  ] as const)('to delete, %s', (decision, status, found) => {
    expect(judgeExcess(by(all(['s3:DeleteObject'], decision)))).toMatchObject({ status, found });
  });
});

describe('the key', () => {
  const key = { arn: KEY_ARN, state: 'Enabled', isManagedByAws: false };
  test.each([
    [key, 'ok', 'enabled', undefined],
    [{ ...key, state: 'Disabled' }, 'fail', 'Disabled', 'aws kms enable-key'],
    [{ ...key, state: 'PendingDeletion' }, 'fail', 'PendingDeletion', 'aws kms cancel-key-deletion'],
    [undefined, 'fail', 'no such key', 'aws s3api put-bucket-encryption'],
  ] as const)('%j', (facts, status, found, fix) => {
    const outcome = judgeKey(facts);
    expect(outcome).toMatchObject({ status, found });
    expect(outcome.fix?.includes(fix ?? '')).toBe(fix === undefined ? undefined : true);
  });

  test.each([
    ['allowed', 'allowed', 'ok', `both, ${SIMULATED}`],
    ['denied', 'allowed', 'fail', `1 of 2, ${SIMULATED}; not allowed: kms:GenerateDataKey`],
    ['allowed', 'denied', 'fail', `1 of 2, ${SIMULATED}; not allowed: kms:Decrypt`],
    ['allowed', 'conditional', 'warn', `1 of 2, ${SIMULATED}; under conditions: kms:Decrypt`],
  ] as const)('to start an upload %s, to complete it %s', (generate, decrypt, status, found) => {
    const decisions = new Map<string, ActionDecision>([
      ['kms:GenerateDataKey', { decision: generate }],
      ['kms:Decrypt', { decision: decrypt }],
    ]);
    expect(judgeGrants(by(decisions), 'us-east-1')).toMatchObject({ status, found });
  });

  const allow = (AWS: string, Action: string | readonly string[], more: object = {}): object => ({
    Effect: 'Allow',
    Principal: { AWS },
    Action,
    Resource: '*',
    ...more,
  });
  const root = `arn:aws:iam::${ACCOUNT}:root`;
  test.each([
    ["leaves it to the account's IAM", [allow(root, 'kms:*')], 'ok'],
    ['names the role', [allow(ROLE_ARN, ['kms:Decrypt', 'kms:GenerateDataKey*'])], 'ok'],
    ['delegates it to another account', [allow('arn:aws:iam::444455556666:root', 'kms:*')], 'fail'],
    ['allows half of it', [allow(root, 'kms:Decrypt')], 'fail'],
    [
      "allows it with AWS's conditions, which match",
      [
        allow('*', 'kms:*', {
          Condition: {
            StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
          },
        }),
      ],
      'ok',
    ],
    [
      'allows it through another service',
      [
        allow(root, 'kms:*', {
          Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } },
        }),
      ],
      'fail',
    ],
    [
      'allows it with an unknown condition',
      [allow(root, 'kms:*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
      'warn',
    ],
    [
      'denies it to every principal',
      [allow(root, 'kms:*'), allow('*', 'kms:Decrypt', { Effect: 'Deny' })],
      'fail',
    ],
    [
      'denies it to all but another principal',
      [allow(root, 'kms:*'), { Effect: 'Deny', NotPrincipal: { AWS: 'x' }, Action: 'kms:*', Resource: '*' }],
      'fail',
    ],
    [
      'denies it to another principal',
      [allow(root, 'kms:*'), allow('arn:aws:iam::444455556666:root', 'kms:*', { Effect: 'Deny' })],
      'ok',
    ],
    [
      'denies it but to its own role',
      [
        allow(root, 'kms:*'),
        allow('*', 'kms:*', { Effect: 'Deny', Condition: { ArnNotLike: { 'aws:PrincipalArn': ROLE_ARN } } }),
      ],
      'ok',
    ],
    [
      'denies it with an unknown condition',
      [
        allow(root, 'kms:*'),
        allow('*', 'kms:*', {
          Effect: 'Deny',
          Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
        }),
      ],
      'warn',
    ],
  ] as const)('has a policy that %s', (_, Statement, status) => {
    const policy = parsePolicy(JSON.stringify({ Statement }));
    expect(judgeKeyPolicy(policy, WRITER, 'us-east-1').status).toBe(status);
  });
});
