import { parsePolicy } from '../../../ops/doctor/policy/document';
import { decide, matches, type Decision } from '../../../ops/doctor/policy/evaluate';

const policy = (...statements: readonly object[]): ReturnType<typeof parsePolicy> =>
  parsePolicy(JSON.stringify({ Statement: statements }));

const ALLOW = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*' };

describe('a policy document', () => {
  test('is read in one form, whether values are single or listed, quoted or not, encoded or not', () => {
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
        actions: ['s3:*'],
        resources: ['x', 'y'],
        conditions: [
          { operator: 'bool', key: 'aws:securetransport', values: ['false'] },
          { operator: 'numericlessthan', key: 's3:tlsversion', values: ['1.2'] },
        ],
        isTurnedAround: false,
      },
    ];
    expect(parsePolicy(text)).toEqual(expected);
    expect(parsePolicy(encodeURIComponent(text))).toEqual(expected);
  });

  test.each(['NotPrincipal', 'NotAction', 'NotResource'])('with %s is turned around', (name) => {
    expect(policy({ Effect: 'Allow', [name]: '*' })[0]?.isTurnedAround).toBe(true);
  });

  test('that is none is refused', () => {
    expect(() => parsePolicy('{"Statement":[{"Effect":"Perhaps"}]}')).toThrow('Effect');
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
const CASES: readonly (readonly [string, readonly object[], Decision])[] = [
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
    'a condition on what is not known',
    [{ ...ALLOW, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }],
    'conditional',
  ],
  [
    'an operator that is not known',
    [{ ...ALLOW, Condition: { Null: { 'kms:ViaService': 'true' } } }],
    'conditional',
  ],
  [
    'an Allow and a Deny on what is not known',
    [ALLOW, { ...ALLOW, Effect: 'Deny', Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }],
    'conditional',
  ],
  ['an Allow turned around', [{ Effect: 'Allow', NotAction: 's3:Delete*', Resource: '*' }], 'conditional'],
];

test.each(CASES)('%s decides', (_, statements, expected) => {
  const request = {
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::b/tavus/c/1',
    context: { 'kms:viaservice': 's3.us-east-1.amazonaws.com' },
  };
  expect(decide(policy(...statements), request)).toBe(expected);
});
