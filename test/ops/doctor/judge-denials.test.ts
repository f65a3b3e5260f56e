import { judgeDenials } from '../../../ops/doctor/bucket/judge-denials';
import { parsePolicy } from '../../../ops/doctor/policy/document';
import type { CheckStatus, CheckOutcome } from '../../../ops/doctor/check-result';
import { ACCOUNT, BUCKET, BUCKET_POLICY, ROLE_ARN, WRITER } from '../fake-aws';

const OBJECTS = `arn:aws:s3:::${BUCKET}/*`;
const judge = (...statements: readonly object[]): CheckOutcome =>
  judgeDenials(parsePolicy(JSON.stringify({ Statement: statements })), WRITER, BUCKET);
const deny = (Condition: object, more: object = {}): object => ({
  Sid: 'Demand',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: OBJECTS,
  Condition,
  ...more,
});

/** Common statements of bucket policies, and their effect on an upload without headers from another account. */
const CONDITIONS: readonly (readonly [what: string, condition: object, CheckStatus])[] = [
  ['an encryption header', { Null: { 's3:x-amz-server-side-encryption': 'true' } }, 'fail'],
  [
    'a certain encryption header',
    { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
    'fail',
  ],
  [
    'a certain key, if there is a header',
    {
      StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'k' },
      Null: { 's3:x-amz-server-side-encryption': 'false' },
    },
    'ok',
  ],
  [
    'no encryption by the client',
    { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
    'ok',
  ],
  ['an ACL for the owner', { StringNotEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } }, 'fail'],
  ['a tag', { Null: { 's3:RequestObjectTag/Class': 'true' } }, 'fail'],
  ["the account's own VPC endpoint", { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b' } }, 'fail'],
  ["the account's own VPC", { StringNotEquals: { 'aws:SourceVpc': 'vpc-1a2b' } }, 'fail'],
  ['any VPC endpoint', { Null: { 'aws:SourceVpce': 'true' } }, 'warn'],
  ['private addresses', { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '172.16.0.0/12'] } }, 'fail'],
  ['public addresses', { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }, 'warn'],
  ['an access point', { StringNotLike: { 's3:DataAccessPointArn': '*' } }, 'fail'],
  ['a second factor', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, 'fail'],
  ['an organisation', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1a2b' } }, 'warn'],
  [
    'an organisation, or a service of AWS',
    {
      StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    },
    'warn',
  ],
  ['another account', { StringNotEquals: { 'aws:PrincipalAccount': '444455556666' } }, 'fail'],
  ['the own account', { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } }, 'ok'],
  ['other roles', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } }, 'fail'],
  ['roles, the own among them', { ArnNotLike: { 'aws:PrincipalArn': ['arn:x', ROLE_ARN] } }, 'ok'],
  ['the ids of other roles', { StringNotLike: { 'aws:userId': ['AROAOTHER:*', ACCOUNT] } }, 'fail'],
  ['ids, the own among them', { StringNotLike: { 'aws:userId': ['AROAEXAMPLE:*'] } }, 'ok'],
  ['a tag of the caller', { StringNotEquals: { 'aws:PrincipalTag/team': 'billing' } }, 'fail'],
  ['the own tag', { StringNotEquals: { 'aws:PrincipalTag/Team': 'video' } }, 'ok'],
  ['a tag that the role does not have', { Null: { 'aws:PrincipalTag/owner': 'true' } }, 'fail'],
  ['TLS', { Bool: { 'aws:SecureTransport': 'false' } }, 'ok'],
  ['TLS 1.2', { NumericLessThan: { 's3:TlsVersion': '1.2' } }, 'ok'],
  ['TLS 1.3', { NumericLessThan: { 's3:TlsVersion': '1.3' } }, 'warn'],
  ['another region', { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, 'fail'],
  ['a fresh signature', { NumericGreaterThan: { 's3:signatureAge': '600000' } }, 'warn'],
  ['something unheard of', { StringNotEquals: { 's3:something-new': 'x' } }, 'warn'],
];

describe('a Deny of requests without', () => {
  test.each(CONDITIONS)('%s (%j): %s', (_, condition, status) => {
    const outcome = judge(deny(condition));
    expect(outcome.status).toBe(status);
    const keys = Object.values(condition)
      .flatMap((one: object) => Object.keys(one))
      .join(', ')
      .toLowerCase();
    const named = `Demand (condition on ${keys})`;
    expect(outcome.found).toBe(
      { ok: 'none', warn: `Deny in ${named}`, fail: `Tavus is blocked by ${named}`, unknown: '' }[status],
    );
  });
});

/** The statement's resources and actions matter, too. */
const SHAPES: readonly (readonly [what: string, statement: object, CheckStatus])[] = [
  ['everything', deny({}, { Action: '*', Resource: '*' }), 'fail'],
  ['of listing', deny({}, { Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` }), 'fail'],
  ['of what Tavus never does', deny({}, { Action: ['s3:DeleteObject*', 's3:PutObjectAcl'] }), 'ok'],
  [
    'of all but uploads',
    deny({}, { Action: undefined, NotAction: ['s3:PutObject', 's3:Get*', 's3:List*', 's3:Abort*'] }),
    'ok',
  ],
  ['of all but reading', deny({}, { Action: undefined, NotAction: 's3:Get*' }), 'fail'],
  ['elsewhere in the bucket', deny({}, { Resource: `arn:aws:s3:::${BUCKET}/logs/*` }), 'ok'],
  [
    'everywhere but elsewhere',
    deny({}, { Resource: undefined, NotResource: `arn:aws:s3:::${BUCKET}/logs/*` }),
    'fail',
  ],
  ['in another bucket', deny({}, { Resource: 'arn:aws:s3:::other/*' }), 'ok'],
  ['of some conversations', deny({}, { Resource: `arn:aws:s3:::${BUCKET}/tavus/c*` }), 'warn'],
  ['to another principal', deny({}, { Principal: { AWS: '444455556666' } }), 'ok'],
  ['to the account', deny({}, { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }), 'fail'],
  ['to the role', deny({}, { Principal: { AWS: ROLE_ARN } }), 'fail'],
  [
    'to one session of the role',
    deny({}, { Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/TavusRole-1A2B3C/x` } }),
    'warn',
  ],
  [
    'to all but another principal',
    deny({}, { Principal: undefined, NotPrincipal: { AWS: '444455556666' } }),
    'fail',
  ],
  ['to all but the role', deny({}, { Principal: undefined, NotPrincipal: { AWS: ROLE_ARN } }), 'warn'],
  ['as an Allow', deny({}, { Effect: 'Allow' }), 'ok'],
];

describe('a Deny', () => {
  test.each(SHAPES)('%s: %j', (_, statement, status) => {
    expect(judge(statement).status).toBe(status);
  });

  test('that is certain takes precedence over an uncertain one, and both are named', () => {
    expect(
      judge(
        deny({ Null: { 's3:x-amz-acl': 'true' } }),
        deny({ Bool: { 'aws:PrincipalOrgID': 'x' } }, { Sid: undefined }),
      ),
    ).toMatchObject({
      status: 'fail',
      found:
        'Tavus is blocked by Demand (condition on s3:x-amz-acl); perhaps also by a statement without Sid (condition on aws:principalorgid)',
    });
  });

  test('that exempts the role, as the fix says, blocks no upload', () => {
    const condition = { Null: { 's3:x-amz-server-side-encryption': 'true' } };
    const { fix } = judge(deny(condition));
    const [, spare = ''] = /"ArnNotLike":\{"aws:PrincipalArn":"(<role ARN>)"\}/.exec(fix ?? '') ?? [];
    expect(spare).toBe('<role ARN>');
    expect(judge(deny({ ...condition, ArnNotLike: { 'aws:PrincipalArn': ROLE_ARN } })).status).toBe('ok');
  });
});

test("the stack's own policy blocks no upload, nor does a missing policy", () => {
  expect(judge(...BUCKET_POLICY.Statement)).toMatchObject({ status: 'ok', found: 'none' });
  expect(judgeDenials(undefined, WRITER, BUCKET).status).toBe('ok');
});

test('a role known only by its ARN does not count as one without id and tags', () => {
  const unseen = { ...WRITER, id: undefined, tags: undefined, bucketRegion: undefined };
  for (const condition of [
    { StringNotLike: { 'aws:userId': 'AROAOTHER:*' } },
    { StringNotEquals: { 'aws:PrincipalTag/team': 'billing' } },
    { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  ]) {
    const policy = parsePolicy(JSON.stringify({ Statement: [deny(condition)] }));
    expect(judgeDenials(policy, unseen, BUCKET).status).toBe('warn');
  }
});
