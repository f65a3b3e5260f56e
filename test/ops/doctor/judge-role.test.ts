import { judgeTrust } from '../../../ops/doctor/role/judge-trust';
import { judgeActions, judgeExcess, judgeRole, judgeSession } from '../../../ops/doctor/role/judge';
import { judgeGrants, judgeKey, judgeKeyPolicy } from '../../../ops/doctor/key/judge';
import { parsePolicy } from '../../../ops/doctor/policy/document';
import type { Decision } from '../../../ops/doctor/policy/evaluate';
import type { Status } from '../../../ops/doctor/verdict';
import { ACCOUNT, BUCKET, KEY_ARN, ROLE_ARN, TRUST } from '../fake-aws';

const { Statement: RIGHT } = TRUST;
const by = (operator: string, id: unknown): object => ({
  ...RIGHT,
  Condition: { [operator]: { 'sts:ExternalId': id } },
});

const TRUSTS: readonly (readonly [string, readonly object[], Status, string])[] = [
  ['as Tavus asks for it', [RIGHT], 'ok', 'account 291871421005, ExternalId tavus, nobody else'],
  ['with the bare account', [{ ...RIGHT, Principal: { AWS: '291871421005' } }], 'ok', 'account 291871421005'],
  [
    'with the condition key in another case, as IAM reads it',
    [{ ...RIGHT, Condition: { StringEquals: { 'STS:externalid': 'tavus' } } }],
    'ok',
    'account 291871421005',
  ],
  ['without a condition', [{ ...RIGHT, Condition: {} }], 'fail', 'asks for no sts:ExternalId'],
  ['with the ExternalId in another case', [by('StringEquals', 'Tavus')], 'fail', 'by stringequals "Tavus"'],
  ['with one more ExternalId', [by('StringEquals', ['tavus', 'x'])], 'fail', 'by stringequals "tavus", "x"'],
  ['with the ExternalId by pattern', [by('StringLike', 'tavus*')], 'fail', 'by stringlike "tavus*"'],
  [
    'with the ExternalId in any case',
    [by('StringEqualsIgnoreCase', 'tavus')],
    'fail',
    'by stringequalsignorecase',
  ],
  ['with the ExternalId only if there is one', [by('StringEqualsIfExists', 'tavus')], 'fail', 'ifexists'],
  [
    'of another account',
    [{ ...RIGHT, Principal: { AWS: 'arn:aws:iam::444455556666:root' } }],
    'fail',
    'does not let account 291871421005 assume the role; also trusts arn:aws:iam::444455556666:root',
  ],
  ['of everybody', [{ ...RIGHT, Principal: '*' }], 'fail', 'also trusts *'],
  ['of everybody, written otherwise', [{ ...RIGHT, Principal: { AWS: '*' } }], 'fail', 'also trusts *'],
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
    'asks for no',
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
    'has another condition, on aws:sourceip, which may keep Tavus out',
  ],
  ['with a Deny', [RIGHT, { ...RIGHT, Effect: 'Deny' }], 'warn', 'has a Deny, which may keep Tavus out'],
  ['that is empty', [], 'fail', 'does not let account 291871421005 assume the role'],
];

describe('a trust', () => {
  test.each(TRUSTS)('%s', (_, Statement, status, found) => {
    const verdict = judgeTrust(parsePolicy(JSON.stringify({ Statement })));
    expect(verdict.status).toBe(status);
    expect(verdict.found).toContain(found);
  });

  test('that is wrong is put right by the command of its fix', () => {
    const { fix = '' } = judgeTrust([]);
    const document = /'(\{.*\})'$/.exec(fix)?.[1] ?? '';
    expect(judgeTrust(parsePolicy(document)).status).toBe('ok');
  });
});

test.each([
  [ROLE_ARN, 'ok', 'it is there'],
  [undefined, 'fail', 'no such role'],
  [`arn:aws:iam::${ACCOUNT}:role/TavusRole-1A2B3C`, 'fail', 'a role of that name with another ARN'],
] as const)('the role found as %s', (arn, status, found) => {
  const verdict = judgeRole(ROLE_ARN, arn);
  expect(verdict.status).toBe(status);
  expect(verdict.found).toContain(found);
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
const all = (actions: readonly string[], decision: Decision): Map<string, Decision> =>
  new Map(actions.map((action) => [action, decision]));

describe("the role's rights", () => {
  test('are all eight actions', () => {
    expect(judgeActions(all(EIGHT, 'allowed'), 'X', BUCKET)).toMatchObject({
      status: 'ok',
      found: '8 of 8, by X',
    });
  });

  test.each(EIGHT)('are not enough without %s', (action) => {
    for (const decisions of [
      all(EIGHT, 'allowed').set(action, 'denied'),
      all(
        EIGHT.filter((one) => one !== action),
        'allowed',
      ),
    ]) {
      expect(judgeActions(decisions, 'X', BUCKET)).toMatchObject({
        status: 'fail',
        found: `7 of 8, by X; not allowed: ${action}`,
      });
    }
  });

  test('under a condition are looked at', () => {
    const decisions = all(EIGHT, 'allowed').set('s3:PutObject', 'conditional');
    expect(judgeActions(decisions, 'X', BUCKET)).toMatchObject({
      status: 'warn',
      found: '7 of 8, by X; under conditions: s3:PutObject',
    });
  });

  test.each([
    ['denied', 'ok', 'none'],
    ['allowed', 'warn', 'also allows s3:DeleteObject'],
    ['conditional', 'warn', 'also allows s3:DeleteObject'],
  ] as const)('to delete, %s', (decision, status, found) => {
    expect(judgeExcess(all(['s3:DeleteObject'], decision))).toMatchObject({ status, found });
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
    const verdict = judgeKey(facts);
    expect(verdict).toMatchObject({ status, found });
    expect(verdict.fix?.includes(fix ?? '')).toBe(fix === undefined ? undefined : true);
  });

  test.each([
    ['allowed', 'allowed', 'ok', 'both, by X'],
    ['denied', 'allowed', 'fail', 'not allowed, by X: kms:GenerateDataKey'],
    ['allowed', 'denied', 'fail', 'not allowed, by X: kms:Decrypt'],
    ['allowed', 'conditional', 'warn', 'under conditions, by X: kms:Decrypt'],
  ] as const)('to begin an upload %s, to complete it %s', (generate, decrypt, status, found) => {
    const decisions = new Map<string, Decision>([
      ['kms:GenerateDataKey', generate],
      ['kms:Decrypt', decrypt],
    ]);
    expect(judgeGrants(decisions, 'X', 'us-east-1')).toMatchObject({ status, found });
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
    ['leaves it to another account', [allow('arn:aws:iam::444455556666:root', 'kms:*')], 'fail'],
    ['allows half of it', [allow(root, 'kms:Decrypt')], 'fail'],
    [
      'allows it under a condition',
      [allow(root, 'kms:*', { Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT } } })],
      'warn',
    ],
    ['denies it too', [allow(root, 'kms:*'), allow('*', 'kms:Decrypt', { Effect: 'Deny' })], 'warn'],
  ] as const)('has a policy that %s', (_, Statement, status) => {
    const policy = parsePolicy(JSON.stringify({ Statement }));
    expect(judgeKeyPolicy(policy, ACCOUNT, ROLE_ARN).status).toBe(status);
  });
});
