import { maskArn } from '../../contract/aws-values';
import { environmentNamed, environmentProblems, parseEnvironments } from '../../contract/environments';

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const BACKEND = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  principalId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  audience: 'api://bbbbbbbb-cccc-4ddd-8eee-ffffffffffff',
};
const inDev = (settings: unknown): string[] => environmentProblems({ dev: settings });

describe('the context environments', () => {
  it('fills in the defaults', () => {
    expect(parseEnvironments({ dev: {} })).toEqual([
      {
        name: 'dev',
        settings: {
          retentionDays: 90,
          noncurrentDays: 7,
          encryption: 's3',
          withKmsKey: false,
          holds: false,
          terminationProtection: true,
          tags: {},
        },
        promised: { retentionDays: 90, noncurrentDays: 7 },
      },
    ]);
  });

  it('may be JSON text, as on the command line', () => {
    expect(environmentProblems('{"laptop":{}}')).toEqual([]);
    expect(parseEnvironments('{"laptop":{}}')).toEqual(parseEnvironments({ laptop: {} }));
  });

  it.each([
    {},
    {
      retentionDays: 1,
      noncurrentDays: 2_147_483_647,
      encryption: 'kms',
      withKmsKey: true,
      bucketName: 'acme-recordings',
    },
    { existingBucketName: 'acme-recordings', existingKmsKeyArn: KEY, tags: { team: 'video' } },
    { existingBucketName: 'acme.recordings.example', existingBucketRegion: 'eu-west-1' },
    { existingBucketName: 'acme-recordings', retentionDays: 3653, noncurrentDays: 30 },
    { retentionDays: 3653 },
    { permissionsBoundary: 'tavus-recordings-tavusrec-role-boundary' },
    { permissionsBoundary: 'arn:aws:iam::111122223333:policy/boundaries/recordings' },
    { permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' },
    { backend: BACKEND, holds: true, eraser: 'arn:aws:iam::111122223333:user/privacy' },
    { existingBucketName: 'acme-recordings', backend: BACKEND, holds: true },
    { backend: { ...BACKEND, audience: 'api://11111111-2222-4333-8444-555555555555/recordings' } },
    { eraser: 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Privacy_0a1b' },
    {
      terminationProtection: false,
      tags: { 'cost-centre': 'A 1', empty: '', Équipe: 'vidéo', 会議: 'é'.repeat(256) },
    },
  ])('accepts %j', (settings) => {
    expect(inDev(settings)).toEqual([]);
  });
});

describe('a problem says what is wrong, what was found, why it matters and what to do', () => {
  const CORRECT = 'Correct it in cdk.json.';
  it.each([
    [
      { retentionDays: 0 },
      `environments.dev.retentionDays: is not a whole number of days from 1 to 2147483647, got 0. Recordings would not be kept for the promised time. ${CORRECT}`,
    ],
    [
      { encryption: 'aes' },
      `environments.dev.encryption: is not "s3" or "kms", got "aes". Recordings must not be stored with an unintended encryption. ${CORRECT}`,
    ],
    [
      { bucketName: 'Acme.Recordings' },
      `environments.dev.bucketName: is not a bucket name (3 to 63 lower-case letters, digits and hyphens, no dots), got "Acme.Recordings". S3 would refuse the bucket in the middle of the deployment. ${CORRECT}`,
    ],
    [
      { permissionsBoundary: 'arn:aws:iam::111122223333:role/x' },
      `environments.dev.permissionsBoundary: is not the name or ARN of a managed policy (arn:aws:iam::<account>:policy/<name>), got "arn:aws:iam::********3333:role/...". IAM would refuse the role in the middle of the deployment. ${CORRECT}`,
    ],
    [
      { retentionDay: 30 },
      'environments.dev.retentionDay: unknown setting, got 30. It would be ignored. Did you mean retentionDays?',
    ],
    [
      { colour: 'red' },
      'environments.dev.colour: unknown setting, got "red". It would be ignored. The settings are retentionDays, noncurrentDays, encryption, withKmsKey, bucketName, existingBucketName, existingBucketRegion, existingKmsKeyArn, backend, holds, eraser, permissionsBoundary, terminationProtection, tags.',
    ],
    [
      { backend: 'api://x' },
      `environments.dev.backend: is not an object with tenantId, principalId and audience, got "api://x". The role would trust the wrong identity, or none. ${CORRECT}`,
    ],
    [
      { backend: { ...BACKEND, principal: 'x' } },
      'environments.dev.backend.principal: unknown setting, got "x". It would be ignored. Did you mean principalId?',
    ],
    [
      { eraser: 'arn:aws:iam::111122223333:root' },
      `environments.dev.eraser: is not the ARN of an IAM role or user (arn:aws:iam::<account>:role/<name>), got "arn:aws:iam::********3333:root". The wrong person could erase recordings, or the right one could not. ${CORRECT}`,
    ],
    [
      { existingBucketName: 'acme-old', bucketName: 'acme-new' },
      'environments.dev.bucketName: does not go with existingBucketName, got "acme-new". The stack does not change an existing bucket, so this would have no effect. Remove one of the two.',
    ],
    [
      { existingKmsKeyArn: KEY },
      `environments.dev.existingKmsKeyArn: is only for existingBucketName, got "${maskArn(KEY)}". The stack creates the key of its bucket. Remove it, or set existingBucketName.`,
    ],
    [
      { existingBucketRegion: 'us-west-2' },
      'environments.dev.existingBucketRegion: is only for existingBucketName, got "us-west-2". The stack creates its bucket in the stack\'s region. Remove it, or set existingBucketName.',
    ],
    [
      { existingBucketName: 'Acme_Recordings' },
      `environments.dev.existingBucketName: is not a bucket name (3 to 63 lower-case letters, digits, hyphens and dots, the rules of S3 since 2018), got "Acme_Recordings". It is not known whether Tavus can write to a bucket with an older name. ${CORRECT}`,
    ],
    [
      { existingBucketName: 'acme', existingBucketRegion: 'us-west-2', existingKmsKeyArn: KEY },
      `environments.dev.existingKmsKeyArn: is not in the bucket's region "us-west-2", got "${maskArn(KEY)}". S3 accepts only keys of the bucket's region, so AWS would deny every upload. Set the key that encrypts the bucket, and set existingBucketRegion to the bucket's region.`,
    ],
    [
      'yes',
      'environments.dev: is not an object of settings, got "yes". No setting can be read from it. Use {} for the defaults.',
    ],
  ])('%j', (settings, problem) => {
    expect(inDev(settings)).toEqual([problem]);
  });

  it.each([undefined, null, '', '{', '[]', 7, [], {}])('refuses %j instead of environments', (context) => {
    expect(environmentProblems(context)).toEqual([
      `environments: is not an object with at least one environment, got ${context === undefined ? 'nothing' : JSON.stringify(context)}. There is nothing to deploy. Put "environments": { "dev": {} } into the context of cdk.json.`,
    ]);
  });

  it.each(['Dev', '', 'dev_1', '1dev', 'dev-', 'a'.repeat(31)])('refuses "%s" as an environment', (name) => {
    expect(environmentProblems({ [name]: {} })).toEqual([
      `environments.${name}: is not an environment's name, got ${JSON.stringify(name)}. It is part of the stack names in both clouds. Use 1 to 30 lower-case letters, digits and hyphens, with a letter first.`,
    ]);
  });
});

it.each([
  ['retentionDays', [2_147_483_648, 1.5, '90', null, -1]],
  ['noncurrentDays', [0, 2_147_483_648, true]],
  ['encryption', ['KMS', '', null, true]],
  ['withKmsKey', ['true', 1]],
  ['bucketName', ['ab', 'under_score', 'xn--bucket', 'acme.recordings', '', 7]],
  [
    'existingBucketName',
    ['Acme', 's3://acme', 'a..b', '.ab', 'ab.', '192.168.5.4', 'acme.mrap', 'acme--x-s3', 'a'.repeat(64)],
  ],
  [
    'permissionsBoundary',
    [
      '',
      'two words',
      'path/to/name',
      'x'.repeat(129),
      'arn:aws-cn:iam::111122223333:policy/recordings',
      'arn:aws:iam::111122223333:role/recordings',
      true,
    ],
  ],
  ['backend', ['', [], null]],
  ['holds', ['true', 1]],
  [
    'eraser',
    [
      '',
      'privacy',
      'arn:aws:iam::111122223333:group/privacy',
      'arn:aws:sts::111122223333:assumed-role/privacy/me',
      'arn:aws:iam::111122223333:role/*',
      'arn:aws:iam::aws:policy/AdministratorAccess',
    ],
  ],
  ['terminationProtection', ['false', 0]],
  [
    'tags',
    [
      { 'aws:x': 'y' },
      { 'AWS:x': 'y' },
      { Environment: 'a', environment: 'b' },
      { Équipe: 'a', équipe: 'b' },
      { '': 'no key' },
      { camera: '🎥' },
      { 'a;b': 'c' },
      { long: 'x'.repeat(257) },
      { a: 1 },
      [],
      'a=b',
      Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, ''])),
    ],
  ],
])('refuses wrong values of %s', (name, values) => {
  for (const value of values) {
    expect(inDev({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^environments\\.dev\\.${name}: is not `)),
    ]);
  }
});

it('names each wrong field of a backend', () => {
  const wrong = {
    // As a copied value may be: AWS compares case-sensitively.
    tenantId: BACKEND.tenantId.replace('-4333-', '-4ABC-'),
    audience: `${BACKEND.audience}/.default`,
  };
  expect(inDev({ backend: wrong })).toEqual([
    'environments.dev.backend.tenantId: is not a GUID in lower-case letters, as Azure prints it, got "11111111-2222-4ABC-8444-555555555555". AWS would trust the wrong tenant, or none. Correct it in cdk.json.',
    'environments.dev.backend.principalId: is not a GUID in lower-case letters, as Azure prints it, got nothing. The wrong identity could read the recordings, or none. Correct it in cdk.json.',
    'environments.dev.backend.audience: is not the Application ID URI of the audience application (api://<application id>, without /.default), got "api://bbbbbbbb-cccc-4ddd-8eee-ffffffffffff/.default". AWS would refuse every token of the backend. Correct it in cdk.json.',
  ]);
});

it.each([
  '',
  'api://',
  'https://acme.example',
  'api://a b',
  'bbbbbbbb-cccc-4ddd-8eee-ffffffffffff',
  'API://x',
])('refuses %j as the audience of a backend', (audience) => {
  expect(inDev({ backend: { ...BACKEND, audience } })).toEqual([
    expect.stringMatching(/^environments\.dev\.backend\.audience: is not /),
  ]);
});

it('refuses an identity for two environments', () => {
  expect(environmentProblems({ dev: { backend: BACKEND }, prod: { backend: BACKEND } })).toEqual([
    'environments.prod.backend.principalId: is already the identity of dev, got "66666666-7777-4888-8999-aaaaaaaaaaaa". The backend of one environment could read the recordings of the other. Give each environment its own.',
  ]);
});

it('refuses an alias, and a key of another partition, as the key of an existing bucket', () => {
  for (const existingKmsKeyArn of [
    'arn:aws:kms:us-east-1:111122223333:alias/x',
    KEY.replace('aws', 'aws-cn'),
    'mrk-1',
  ]) {
    expect(inDev({ existingBucketName: 'acme', existingKmsKeyArn })).toEqual([
      expect.stringContaining('environments.dev.existingKmsKeyArn: is not the ARN of a KMS key'),
    ]);
  }
});

it('refuses every setting that an existing bucket would ignore', () => {
  const settings = {
    existingBucketName: 'acme',
    bucketName: 'acme-new',
    encryption: 's3',
    withKmsKey: false,
  };
  expect(inDev(settings).map((problem) => problem.split(':')[0])).toEqual([
    'environments.dev.bucketName',
    'environments.dev.encryption',
    'environments.dev.withKmsKey',
  ]);
});

it.each(['us-west', 'US West (Oregon) us-west-2', 'cn-north-1', 'us-gov-west-1', ''])(
  'refuses %j as the region of an existing bucket',
  (existingBucketRegion) => {
    expect(inDev({ existingBucketName: 'acme', existingBucketRegion })).toEqual([
      expect.stringMatching(/^environments\.dev\.existingBucketRegion: is not the code of a region/),
    ]);
  },
);

it("compares the key's region with the stack's region if the bucket has no other region", () => {
  const context = { dev: { existingBucketName: 'acme', existingKmsKeyArn: KEY } };
  expect(environmentProblems(context, 'us-east-1')).toEqual([]);
  expect(environmentProblems(context, 'eu-west-1')).toEqual([
    expect.stringContaining('existingKmsKeyArn: is not in the bucket\'s region "eu-west-1"'),
  ]);
});

describe('the promised days of an environment', () => {
  it.each([
    ['of its own bucket the defaults', {}, { retentionDays: 90, noncurrentDays: 7 }],
    [
      'of its own bucket the configured ones',
      { retentionDays: 30 },
      { retentionDays: 30, noncurrentDays: 7 },
    ],
    [
      'of an existing bucket the configured ones, without defaults',
      { existingBucketName: 'acme', retentionDays: 30 },
      { retentionDays: 30, noncurrentDays: undefined },
    ],
  ])('%s', (_, dev, promised) => {
    expect(environmentNamed({ dev }, 'dev')?.promised).toEqual(promised);
  });

  it('are unknown for a missing or wrong environment', () => {
    expect(environmentNamed({ dev: {} }, 'prod')).toBeUndefined();
    expect(environmentNamed({ dev: { retentionDays: 0 } }, 'dev')).toBeUndefined();
  });
});

it('refuses a bucket for two environments, whichever setting names it', () => {
  expect(environmentProblems({ dev: { bucketName: 'acme' }, prod: { existingBucketName: 'acme' } })).toEqual([
    'environments.prod.existingBucketName: is already the bucket of dev, got "acme". In a shared bucket the recordings of two environments could not be told apart. Give each environment its own.',
  ]);
});

it('names every problem of every environment at once', () => {
  const problems = environmentProblems({
    Dev: { retentionDays: 0, encryption: 'aes', retentionDay: 30, bucketName: 'Bad_Name' },
    prod: { withKmsKey: 'yes' },
  });
  expect(problems.map((problem) => problem.split(':')[0])).toEqual([
    'environments.Dev',
    'environments.Dev.retentionDays',
    'environments.Dev.encryption',
    'environments.Dev.bucketName',
    'environments.Dev.retentionDay',
    'environments.prod.withKmsKey',
  ]);
});
