import { parsePolicy } from '../../../ops/doctor/policy/document';
import { meetsCondition, PUBLIC_ADDRESS, type RequestContext } from '../../../ops/doctor/policy/conditions';
import { evaluatePolicies, type PolicyDecision } from '../../../ops/doctor/policy/evaluate';
import { isPrivateNetwork } from '../../../ops/doctor/policy/networks';
import { matches } from '../../../ops/doctor/policy/patterns';
import { matchesPrincipal } from '../../../ops/doctor/policy/principals';
import { ACCOUNT, ROLE_ARN } from '../fake-aws';

const policy = (...statements: readonly object[]): ReturnType<typeof parsePolicy> =>
  parsePolicy(JSON.stringify({ Statement: statements }));

const ALLOW = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*' };

describe('a policy document', () => {
  test('is normalised: single or listed, quoted or unquoted, encoded or plain values', () => {
    const text = JSON.stringify({
      Statement: {
        Sid: 'One',
        Effect: 'Deny',
        Principal: { AWS: '*', Service: ['a.amazonaws.com'] },
        Action: 's3:*',
        Resource: ['x', 'y'],
        Condition: { Bool: { 'aws:SecureTransport': false }, NumericLessThan: { 's3:TlsVersion': [1.2] } },
      },
    });
    const expected = [
      {
        sid: 'One',
        effect: 'Deny',
        principals: ['*', 'Service:a.amazonaws.com'],
        notPrincipals: undefined,
        actions: ['s3:*'],
        notActions: undefined,
        resources: ['x', 'y'],
        notResources: undefined,
        conditions: [
          { operator: 'bool', key: 'aws:securetransport', values: ['false'] },
          { operator: 'numericlessthan', key: 's3:tlsversion', values: ['1.2'] },
        ],
        isInverted: false,
      },
    ];
    expect(parsePolicy(text)).toEqual(expected);
    expect(parsePolicy(encodeURIComponent(text))).toEqual(expected);
  });

  test.each(['NotPrincipal', 'NotAction', 'NotResource'])('with %s is inverted', (name) => {
    expect(policy({ Effect: 'Allow', [name]: '*' })[0]?.isInverted).toBe(true);
  });

  test('that is invalid is refused', () => {
    expect(() => parsePolicy('{"Statement":[{"Effect":"Tristate"}]}')).toThrow('Effect');
  });
});

test.each([
  ['s3:Get*', 's3:GetObject', true],
  ['s3:Get?bject', 's3:GetObject', true],
  ['s3:Get', 's3:GetObject', false],
  ['s3.Get*', 's3:GetObject', false],
  ['arn:aws:s3:::a.b/*', 'arn:aws:s3:::axb/k', false],
  ['arn:aws:s3:::a+(b)/*', 'arn:aws:s3:::a+(b)/k', true],
])('the pattern %s on %s: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

const VIA = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };
const CASES: readonly (readonly [string, readonly object[], PolicyDecision])[] = [
  ['no statement', [], 'denied'],
  ['an Allow', [ALLOW], 'allowed'],
  ['an Allow in another case', [{ ...ALLOW, Action: 'S3:putobject' }], 'allowed'],
  ['an Allow of another action', [{ ...ALLOW, Action: 's3:GetObject' }], 'denied'],
  ['an Allow on another bucket', [{ ...ALLOW, Resource: 'arn:aws:s3:::c/*' }], 'denied'],
  ['an Allow on the resource in another case', [{ ...ALLOW, Resource: 'arn:aws:s3:::B/*' }], 'denied'],
  ['an Allow and a Deny', [ALLOW, { ...ALLOW, Effect: 'Deny', Action: '*' }], 'denied'],
  ['an Allow whose condition holds', [{ ...ALLOW, Condition: VIA }], 'allowed'],
  [
    'an Allow whose condition does not hold',
    [{ ...ALLOW, Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } }],
    'denied',
  ],
  [
    'a condition by pattern',
    [{ ...ALLOW, Condition: { StringLike: { 'kms:viaservice': 's3.*' } } }],
    'allowed',
  ],
  [
    'a negated condition that does not hold',
    [{ ...ALLOW, Condition: { StringNotLike: { 'kms:ViaService': 's3.*' } } }],
    'denied',
  ],
  [
    'an unknown condition',
    [{ ...ALLOW, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }],
    'conditional',
  ],
  [
    'an operator that is not known',
    [{ ...ALLOW, Condition: { BinaryEquals: { 'kms:ViaService': 'true' } } }],
    'conditional',
  ],
  [
    'an Allow, and a Deny with an unknown condition',
    [ALLOW, { ...ALLOW, Effect: 'Deny', Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }],
    'conditional',
  ],
  [
    'an Allow of all but other actions',
    [{ Effect: 'Allow', NotAction: 's3:Delete*', Resource: '*' }],
    'allowed',
  ],
  ['an Allow of all but this action', [{ Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' }], 'denied'],
  [
    'a Deny of all but this resource',
    [ALLOW, { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::b/*' }],
    'allowed',
  ],
];

test.each(CASES)('%s decides', (_, statements, expected) => {
  const request = {
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::b/tavus/c/1',
    context: ((key) =>
      key === 'kms:viaservice' ? ['s3.us-east-1.amazonaws.com'] : undefined) satisfies RequestContext,
  };
  expect(evaluatePolicies(policy(...statements), request)).toBe(expected);
});

describe('a condition', () => {
  const VALUES: Readonly<Record<string, readonly (string | undefined)[]>> = {
    absent: [undefined],
    known: ['a'],
    either: ['a', undefined],
    two: ['1.2', '1.3'],
    address: [undefined, PUBLIC_ADDRESS],
  };
  const context: RequestContext = (key) => VALUES[key];

  test.each<
    readonly [operator: string, key: string, values: string | readonly string[], boolean | undefined]
  >([
    ['Null', 'absent', 'true', true],
    ['Null', 'absent', 'false', false],
    ['Null', 'known', 'true', false],
    ['Null', 'known', 'false', true],
    ['Null', 'either', 'true', undefined],
    ['StringEquals', 'absent', 'a', false],
    ['StringNotEquals', 'absent', 'a', true],
    ['StringEqualsIfExists', 'absent', 'b', true],
    ['StringEqualsIfExists', 'known', 'b', false],
    ['StringNotEqualsIfExists', 'absent', 'a', true],
    ['StringEquals', 'either', 'a', undefined],
    ['StringNotEquals', 'either', 'b', true],
    ['StringLike', 'unknown', '*', undefined],
    ['StringEquals', 'known', '${aws:username}', undefined],
    ['ForAllValues:StringEquals', 'absent', 'b', true],
    ['ForAnyValue:StringEquals', 'absent', 'b', false],
    ['ForAnyValue:StringNotEquals', 'absent', 'b', false],
    ['ForAnyValue:StringLike', 'known', ['b', 'a*'], true],
    ['NumericLessThan', 'two', '1.2', false],
    ['NumericLessThan', 'two', '1.3', undefined],
    ['NumericLessThanEquals', 'two', '1.3', true],
    ['NumericGreaterThan', 'two', '1', true],
    ['NumericNotEquals', 'two', '1.1', true],
    ['NotIpAddress', 'address', ['10.0.0.0/8', '192.168.1.0/24'], true],
    ['NotIpAddress', 'address', '198.51.100.0/24', undefined],
    ['NotIpAddress', 'address', ['10.0.0.0/8', '198.51.100.0/24'], undefined],
    ['IpAddress', 'address', '10.0.0.0/8', false],
    ['IpAddress', 'address', '0.0.0.0/0', undefined],
    ['DateLessThan', 'known', '2027-01-01T00:00:00Z', undefined],
  ])('%s on %s, %j: %s', (operator, key, values, expected) => {
    const [statement] = policy({ ...ALLOW, Condition: { [operator]: { [key]: values } } });
    expect(statement?.conditions.map((condition) => meetsCondition(condition, context))).toEqual([expected]);
  });
});

test.each([
  ['10.1.2.3', true],
  ['10.0.0.0/8', true],
  ['10.0.0.0/7', false],
  ['172.16.0.0/12', true],
  ['172.16.0.0/8', false],
  ['100.64.0.0/10', true],
  ['fd00::/8', true],
  ['2001:db8::/32', false],
  ['8.8.8.8/32', false],
  ['no address', false],
])('no internet client has the address %s: %s', (cidr, expected) => {
  expect(isPrivateNetwork(cidr)).toBe(expected);
});

describe('a statement of a resource policy', () => {
  const role = { arn: ROLE_ARN, account: ACCOUNT, id: 'AROAEXAMPLE' };
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/TavusRole-1A2B3C/a-session`;
  test.each<readonly [object, boolean | undefined]>([
    [{ Principal: '*' }, true],
    [{ Principal: { AWS: '*' } }, true],
    [{ Principal: { AWS: ACCOUNT } }, true],
    [{ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }, true],
    [{ Principal: { AWS: ROLE_ARN } }, true],
    [{ Principal: { AWS: 'AROAEXAMPLE' } }, true],
    [{ Principal: { AWS: session } }, undefined],
    [{ Principal: { AWS: 'arn:aws:iam::444455556666:root' } }, false],
    [{ Principal: { AWS: `${ROLE_ARN}-other` } }, false],
    [{ Principal: { Service: 'logging.s3.amazonaws.com' } }, false],
    [{ NotPrincipal: { AWS: 'arn:aws:iam::444455556666:root' } }, true],
    [{ NotPrincipal: { AWS: [ROLE_ARN, session] } }, undefined],
    [{ NotPrincipal: '*' }, false],
  ])('with %j applies to the role: %s', (principals, expected) => {
    const [statement] = policy({ Effect: 'Deny', Action: '*', Resource: '*', ...principals });
    expect(statement === undefined ? 'none' : matchesPrincipal(statement, role)).toBe(expected);
  });
});
