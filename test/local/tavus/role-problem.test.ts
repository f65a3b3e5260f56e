import { roleProblem } from '../../../local/tavus/storage/role-problem';
import { GOOD_TRUST_POLICY } from './fake-cloud';

const [GOOD] = GOOD_TRUST_POLICY.Statement;
const refusal = (statement: unknown, maxSessionSec = 43_200): string | undefined =>
  roleProblem({ trustPolicy: { Version: '2012-10-17', Statement: statement }, maxSessionSec }, 'tavus');
const withCondition = (condition: unknown): object => ({ ...GOOD, Condition: condition });

const NOT_ALLOWED = 'does not allow sts:AssumeRole for account 291871421005';
const NO_ID = 'does not require sts:ExternalId "tavus" with StringEquals';

test.each<[string, unknown]>([
  ['as documented', [GOOD]],
  ['one statement, not in a list', GOOD],
  ['the bare account number', { ...GOOD, Principal: { AWS: '291871421005' } }],
  ['one of several principals', { ...GOOD, Principal: { AWS: ['123456789012', '291871421005'] } }],
  ['action in a list', { ...GOOD, Action: ['sts:TagSession', 'sts:AssumeRole'] }],
  ['action in another case', { ...GOOD, Action: 'STS:assumerole' }],
  ['any action of sts', { ...GOOD, Action: 'sts:*' }],
  ['several external ids', withCondition({ StringEquals: { 'sts:ExternalId': ['other', 'tavus'] } })],
  ['condition key in another case', withCondition({ StringEquals: { 'STS:externalid': 'tavus' } })],
  [
    'a further condition',
    withCondition({ StringEquals: { 'sts:ExternalId': 'tavus' }, Bool: { 'aws:x': 'true' } }),
  ],
  [
    'among other statements',
    [{ Effect: 'Allow', Principal: { Service: 'x' }, Action: 'sts:AssumeRole' }, GOOD],
  ],
])('accepts a trust policy: %s', (_name, statement) => {
  expect(refusal(statement)).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ['another account', { ...GOOD, Principal: { AWS: 'arn:aws:iam::999999999999:root' } }, NOT_ALLOWED],
  ['a user of the account', { ...GOOD, Principal: { AWS: 'arn:aws:iam::291871421005:user/x' } }, NOT_ALLOWED],
  ['everyone', { ...GOOD, Principal: '*' }, `${NOT_ALLOWED}; it names *`],
  ['any AWS principal', { ...GOOD, Principal: { AWS: '*' } }, NOT_ALLOWED],
  [
    'a service',
    { ...GOOD, Principal: { Service: 'ec2.amazonaws.com' } },
    `${NOT_ALLOWED}; it names no account`,
  ],
  [
    'everyone except one account',
    { Effect: 'Allow', NotPrincipal: { AWS: '1' }, Action: 'sts:AssumeRole' },
    NOT_ALLOWED,
  ],
  ['another action', { ...GOOD, Action: 'sts:AssumeRoleWithWebIdentity' }, NOT_ALLOWED],
  ['all actions except one', { ...GOOD, Action: undefined, NotAction: 'sts:TagSession' }, NOT_ALLOWED],
  ['effect in another case', { ...GOOD, Effect: 'allow' }, NOT_ALLOWED],
  ['no condition', { ...GOOD, Condition: undefined }, `${NO_ID}; it requires none`],
  [
    'another external id',
    withCondition({ StringEquals: { 'sts:ExternalId': 'daily' } }),
    `${NO_ID}; it requires "daily"`,
  ],
  ['external id in another case', withCondition({ StringEquals: { 'sts:ExternalId': 'Tavus' } }), NO_ID],
  ['a pattern', withCondition({ StringLike: { 'sts:ExternalId': 'tavus' } }), NO_ID],
  ['another key', withCondition({ StringEquals: { 'aws:PrincipalOrgID': 'tavus' } }), NO_ID],
  ['an unknown operator', withCondition({ Whatever: { 'sts:ExternalId': 'tavus' } }), NO_ID],
  ['no statement', [], NOT_ALLOWED],
])('refuses a trust policy: %s', (_name, statement, text) => {
  expect(refusal(statement)).toContain(text);
});

test.each<unknown>([undefined, null, 'text', 7, [], { Statement: undefined }])(
  'refuses %p instead of a policy, without an exception',
  (trustPolicy) => {
    expect(roleProblem({ trustPolicy, maxSessionSec: 43_200 }, 'tavus')).toContain(NOT_ALLOWED);
  },
);

test.each([3_600, 43_199])('refuses a role with a MaxSessionDuration of %d s', (seconds) => {
  expect(refusal(GOOD, seconds)).toBe(
    `The role's MaxSessionDuration is ${seconds} s; the vendor requests a session of 43200 s.`,
  );
});

test('an external id in the request replaces "tavus"', () => {
  const trustPolicy = { Statement: withCondition({ StringEquals: { 'sts:ExternalId': 'tavus-acct-1' } }) };
  expect(roleProblem({ trustPolicy, maxSessionSec: 43_200 }, 'tavus-acct-1')).toBeUndefined();
  expect(roleProblem({ trustPolicy, maxSessionSec: 43_200 }, 'tavus')).toContain(NO_ID);
});
