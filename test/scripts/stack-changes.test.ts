import { stackLines, type SynthesizedStack } from '../../scripts/stack-changes';

type Resource = Readonly<Record<string, unknown>>;

const stack = (resource: Resource | undefined, terminationProtection = true): SynthesizedStack => ({
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
    '`It` (AWS::S3::Bucket) is replaced because of `BucketName`. New recordings would go into an empty bucket, and old ones would stay behind.',
  ],
  [
    'a role of another path',
    role(TAVUS, { Path: '/a/' }),
    role(TAVUS, { Path: '/b/' }),
    '`It` (AWS::IAM::Role) is replaced because of `Path`. The new role has another ARN and is not used until it is handed over again.',
  ],
  [
    'a retained bucket that is removed',
    bucket({}),
    undefined,
    '`It` (AWS::S3::Bucket) leaves the stack and stays in the account, unmanaged.',
  ],
  ['a key that is deleted', key({}), undefined, '`It` (AWS::KMS::Key) leaves the stack and is deleted.'],
  ['a bucket whose type changes', bucket({}), role(TAVUS), '`It` (AWS::S3::Bucket) is replaced.'],
  [
    'a key that is no longer retained',
    key(KEPT),
    key({ UpdateReplacePolicy: 'Delete' }),
    '`It` (AWS::KMS::Key) is no longer retained: `DeletionPolicy`, `UpdateReplacePolicy`.',
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

const document = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });
const READS = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const ALL = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const PUBLIC = { ...READS, Principal: '*' };
const TLS_ONLY = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const policy = (Type: string, PolicyDocument: object, rest: object = {}): Resource => ({
  Type,
  Properties: { ...rest, PolicyDocument },
});
const bucketPolicy = (...statements: readonly object[]): Resource =>
  policy('AWS::S3::BucketPolicy', document(...statements), { Bucket: 'recordings' });
const managedPolicy = (...statements: readonly object[]): Resource =>
  policy('AWS::IAM::ManagedPolicy', document(...statements));
const inline = (...statements: readonly object[]): Resource =>
  role(TAVUS, { Policies: [{ PolicyName: 'Recordings', PolicyDocument: document(...statements) }] });
const keyPolicy = (...statements: readonly object[]): Resource =>
  key({ Properties: { KeyPolicy: document(...statements) } });
const EQUAL = { StringEquals: { 'sts:ExternalId': 'tavus' } };

test.each([
  ['another principal', role({ Principal: TAVUS }), role({ Principal: '*' })],
  [
    'a broader condition',
    role({ Principal: TAVUS, Condition: EQUAL }),
    role({ Principal: TAVUS, Condition: { StringLike: { 'sts:ExternalId': '*' } } }),
  ],
  ['a new role', undefined, role({ Principal: TAVUS })],
  ['a right of a role', inline(READS), inline(ALL)],
  [
    "AWS's own policy on a role",
    role({ Principal: TAVUS }),
    role({ Principal: TAVUS }, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
  ],
  ['a boundary, which is attached to no role', managedPolicy(READS), managedPolicy(ALL)],
  ['a new statement in a boundary', managedPolicy(READS), managedPolicy(READS, ALL)],
  ['a public bucket', bucketPolicy(TLS_ONLY), bucketPolicy(TLS_ONLY, PUBLIC)],
  ['plain HTTP let through', bucketPolicy(TLS_ONLY), bucketPolicy()],
  ['a denial of less', bucketPolicy(TLS_ONLY), bucketPolicy({ ...TLS_ONLY, Action: 's3:GetObject' })],
  ['a bucket policy that is removed', bucketPolicy(TLS_ONLY), undefined],
  ['a public key policy', keyPolicy(), keyPolicy({ ...PUBLIC, Action: 'kms:Decrypt' })],
])('warns that permissions may be broadened by %s', (_, before, after) => {
  expect(text(before, after)).toContain('> - **Permissions may be broadened, see below.**');
});

test.each([
  ['a right fewer', inline(READS, ALL), inline(READS)],
  ['a boundary that allows less', managedPolicy(READS, ALL), managedPolicy(READS)],
  ['one more denial', bucketPolicy(TLS_ONLY), bucketPolicy(TLS_ONLY, { ...TLS_ONLY, Condition: {} })],
])('does not warn of %s', (_, before, after) => {
  expect(text(before, after)).not.toContain('CAUTION');
});

const ON = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};
const lifecycle = (expiration: number | undefined, noncurrent: number, abort = 7): object => ({
  Rules: [
    { Status: 'Enabled', ...(expiration === undefined ? {} : { ExpirationInDays: expiration }) },
    { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: noncurrent } },
    { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: abort } },
  ],
});
const STATUS = (Status: string): object => ({ Status });

/** Property, before, after, warnings; undefined means a missing property. */
const GUARDED: readonly (readonly [string, unknown, unknown, readonly string[]])[] = [
  ['PublicAccessBlockConfiguration', ON, { ...ON, BlockPublicPolicy: false }, ['public access is opened']],
  ['PublicAccessBlockConfiguration', ON, undefined, ['public access is opened']],
  ['PublicAccessBlockConfiguration', { ...ON, BlockPublicPolicy: false }, ON, []],
  ['AccessControl', undefined, 'PublicRead', ['ACL opens it to others']],
  ['AccessControl', 'PublicRead', undefined, []],
  ['WebsiteConfiguration', undefined, { IndexDocument: 'i' }, ['website opens it to others']],
  ['CorsConfiguration', undefined, { CorsRules: [] }, ['CORS opens it to pages']],
  ['OwnershipControls', { Rules: [1] }, { Rules: [2] }, ['ownership of objects changes']],
  ['ReplicationConfiguration', undefined, { Role: 'r' }, ['replication copies recordings elsewhere']],
  ['BucketEncryption', { a: 1 }, undefined, ['encryption changes']],
  ['BucketEncryption', { a: 1 }, { a: 2 }, ['encryption changes']],
  ['VersioningConfiguration', STATUS('Enabled'), STATUS('Suspended'), ['versioning is switched off']],
  ['VersioningConfiguration', STATUS('Enabled'), undefined, ['versioning is switched off']],
  ['VersioningConfiguration', undefined, STATUS('Enabled'), []],
  ['LifecycleConfiguration', lifecycle(90, 7), lifecycle(30, 7), ['retention is lowered']],
  ['LifecycleConfiguration', lifecycle(90, 7), lifecycle(90, 1), ['retention is lowered']],
  ['LifecycleConfiguration', undefined, lifecycle(90, 7), ['retention is lowered']],
  ['LifecycleConfiguration', lifecycle(90, 7), lifecycle(365, 7), ['retention is raised']],
  ['LifecycleConfiguration', lifecycle(90, 7), lifecycle(undefined, 7), ['retention is raised']],
  [
    'LifecycleConfiguration',
    lifecycle(90, 7),
    lifecycle(30, 30),
    ['retention is lowered', 'retention is raised'],
  ],
  ['LifecycleConfiguration', lifecycle(90, 7), lifecycle(90, 7, 1), ['lifecycle changes']],
  ['LoggingConfiguration', { DestinationBucketName: 'a' }, undefined, ['access log changes']],
  ['LoggingConfiguration', undefined, { DestinationBucketName: 'a' }, []],
];

test.each(GUARDED)('a bucket: changing %s from %j to %j warns of %j', (property, before, after, warnings) => {
  const found = text(bucket({ [property]: before }), bucket({ [property]: after }));
  expect(found.match(/^> - .*$/gm) ?? []).toEqual(
    warnings.map((warning) => `> - **\`It\` (AWS::S3::Bucket): its ${warning} (\`${property}\`).**`),
  );
  expect(found).toContain(`| \`It\` | \`AWS::S3::Bucket\` | will update | \`${property}\` |`);
});

test.each([
  ['key rotation is switched off', key({ Properties: { EnableKeyRotation: true } }), key({})],
  ['use is switched off', key({ Properties: { Enabled: true } }), key({ Properties: { Enabled: false } })],
  [
    'permissions boundary changes',
    role({ Principal: TAVUS }, { PermissionsBoundary: 'a' }),
    role({ Principal: TAVUS }),
  ],
  [
    'longest session changes',
    role({ Principal: TAVUS }, { MaxSessionDuration: 3600 }),
    role({ Principal: TAVUS }, { MaxSessionDuration: 43_200 }),
  ],
  [
    'accepted audiences change',
    { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: 'u', ClientIdList: ['a'] } },
    { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: 'u', ClientIdList: ['a', 'b'] } },
  ],
])('warns that its %s', (warning, before, after) => {
  expect(text(before, after)).toContain(`: its ${warning} (`);
});

test.each([
  ['rotation that is switched on', key({}), key({ Properties: { EnableKeyRotation: true } })],
  [
    'a boundary where there was none',
    role({ Principal: TAVUS }),
    role({ Principal: TAVUS }, { PermissionsBoundary: 'a' }),
  ],
])('does not warn of %s', (_, before, after) => {
  expect(text(before, after)).not.toContain('CAUTION');
});

test('lists added and removed statements', () => {
  const narrow = role({ Principal: TAVUS, Condition: { StringEquals: { 'sts:ExternalId': 'tavus' } } });
  expect(text(narrow, role({ Principal: TAVUS }))).toContain(
    '| + | ${It.Arn} | Allow | sts:AssumeRole | AWS:arn:aws:iam::291871421005:root |  |',
  );
});

test('warns if termination protection is switched off', () => {
  expect(stackLines(stack(undefined), stack(undefined, false)).join('\n')).toContain(
    'The stack can be deleted: its termination protection is switched off.',
  );
});

test.each([
  [
    'resources that can be created again',
    { Type: 'AWS::S3::BucketPolicy', Properties: { PolicyDocument: {} } },
    undefined,
  ],
  ['more protection', bucket({}, {}), bucket({}, KEPT)],
  ['a new one', undefined, bucket({ BucketEncryption: 1 })],
])('does not warn of %s, and lists it', (_, before, after) => {
  expect(text(before, after)).not.toContain('CAUTION');
  expect(text(before, after)).toContain('| `It` | ');
});

test('reports an added and a removed stack', () => {
  expect(stackLines(undefined, stack(bucket({})))).toEqual([
    'Is new.',
    expect.stringContaining('will create'),
  ]);
  expect(stackLines(stack(bucket({})), undefined)).toEqual([
    expect.stringContaining('Is no longer in the app.'),
  ]);
});

test('reports no change for equal stacks', () => {
  expect(text(bucket({}), bucket({}))).toBe('Nothing changes.');
});
