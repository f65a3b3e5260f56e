import { stackLines, type Stack } from '../../scripts/summary';

type Resource = Readonly<Record<string, unknown>>;

const stack = (resource: Resource | undefined, terminationProtection = true): Stack => ({
  template: { Resources: resource === undefined ? {} : { It: resource } },
  terminationProtection,
});
const text = (before: Resource | undefined, after: Resource | undefined): string =>
  stackLines(stack(before), stack(after)).join('\n');

const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
const bucket = (properties: object, rest: object = KEPT): Resource => ({
  Type: 'AWS::S3::Bucket',
  Properties: properties,
  ...rest,
});
const role = (trust: object, rest: object = {}): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...trust }] },
    ...rest,
  },
});
const key = (rest: object): Resource => ({ Type: 'AWS::KMS::Key', Properties: {}, ...rest });
const TAVUS = { AWS: 'arn:aws:iam::291871421005:root' };

test.each([
  [
    'a bucket of another name',
    bucket({ BucketName: 'old' }),
    bucket({ BucketName: 'planted-name' }),
    '`It` (AWS::S3::Bucket) is replaced by another `BucketName`. New recordings would go into an empty bucket, the old ones stay behind.',
  ],
  [
    'a role of another path',
    role(TAVUS, { Path: '/a/' }),
    role(TAVUS, { Path: '/b/' }),
    "`It` (AWS::IAM::Role) is replaced by another `Path`. The new role's ARN is another: until it is handed over again, nobody can use it.",
  ],
  [
    'a kept bucket that leaves',
    bucket({}),
    undefined,
    '`It` (AWS::S3::Bucket) leaves the stack and stays in the account, where nothing looks after it.',
  ],
  ['a key that is deleted', key({}), undefined, '`It` (AWS::KMS::Key) leaves the stack and is deleted.'],
  ['a bucket that becomes something else', bucket({}), role(TAVUS), '`It` (AWS::S3::Bucket) is replaced.'],
  [
    'a key that is no longer kept',
    key(KEPT),
    key({ UpdateReplacePolicy: 'Delete' }),
    '`It` (AWS::KMS::Key) is no longer kept when it goes: `DeletionPolicy`, `UpdateReplacePolicy`.',
  ],
  [
    'another encryption',
    bucket({ BucketEncryption: { a: 1 } }),
    bucket({}),
    '`It` (AWS::S3::Bucket): its encryption changes (`BucketEncryption`).',
  ],
  [
    'a lifted block of public access',
    bucket({ PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    bucket({ PublicAccessBlockConfiguration: { BlockPublicAcls: false } }),
    '`It` (AWS::S3::Bucket): its public access changes (`PublicAccessBlockConfiguration`).',
  ],
  [
    'a trust without its condition',
    role({ Principal: TAVUS, Condition: { StringEquals: { 'sts:ExternalId': 'tavus' } } }),
    role({ Principal: TAVUS }),
    'Permissions may be broadened, see below.',
  ],
])('warns of %s', (_, before, after, warning) => {
  const found = text(before, after);
  expect(found).toContain(`> [!CAUTION]\n> - **${warning}`);
  expect(found).not.toContain('planted');
});

test('names the statements that come and go', () => {
  const narrow = role({ Principal: TAVUS, Condition: { StringEquals: { 'sts:ExternalId': 'tavus' } } });
  expect(text(narrow, role({ Principal: TAVUS }))).toContain(
    '| + | ${It.Arn} | Allow | sts:AssumeRole | AWS:arn:aws:iam::291871421005:root |  |',
  );
});

test('warns when the stack may be deleted', () => {
  expect(stackLines(stack(undefined), stack(undefined, false)).join('\n')).toContain(
    'The stack may be deleted: its termination protection is switched off.',
  );
});

test.each([
  [
    'what can be made again',
    { Type: 'AWS::S3::BucketPolicy', Properties: { PolicyDocument: {} } },
    undefined,
  ],
  ['more protection', bucket({}, {}), bucket({}, KEPT)],
  ['a new one', undefined, bucket({ BucketEncryption: 1 })],
])('does not warn of %s, and lists it', (_, before, after) => {
  expect(text(before, after)).not.toContain('CAUTION');
  expect(text(before, after)).toContain('| `It` | ');
});

test('a stack that comes or goes is said to', () => {
  expect(stackLines(undefined, stack(bucket({})))).toEqual([
    'Is new.',
    expect.stringContaining('will create'),
  ]);
  expect(stackLines(stack(bucket({})), undefined)).toEqual([
    expect.stringContaining('Is no longer in the app.'),
  ]);
});

test('the same twice is no change', () => {
  expect(text(bucket({}), bucket({}))).toBe('Nothing changes.');
});
