import { maskArn } from '../../contract/aws-values';
import { environmentProblems, parseEnvironments } from '../../contract/environments';

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
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
          terminationProtection: true,
          tags: {},
        },
      },
    ]);
  });

  it('may be JSON text, as the command line gives it', () => {
    expect(environmentProblems('{"laptop":{}}')).toEqual([]);
    expect(parseEnvironments('{"laptop":{}}')).toEqual(parseEnvironments({ laptop: {} }));
  });

  it.each([
    {},
    {
      retentionDays: 1,
      noncurrentDays: 3650,
      encryption: 'kms',
      withKmsKey: true,
      bucketName: 'acme-recordings',
    },
    { existingBucketName: 'acme-recordings', existingKmsKeyArn: KEY, tags: { team: 'video' } },
    { permissionsBoundary: 'tavus-recordings-tavusrec-role-boundary' },
    { permissionsBoundary: 'arn:aws:iam::111122223333:policy/boundaries/recordings' },
    { permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' },
    {
      terminationProtection: false,
      tags: { 'cost-centre': 'A 1', empty: '', Équipe: 'vidéo', 会議: 'é'.repeat(256) },
    },
  ])('takes %j', (settings) => {
    expect(inDev(settings)).toEqual([]);
  });
});

describe('one problem is one sentence group: what is wrong, what was got, why it matters, what to do', () => {
  const CORRECT = 'Correct it in cdk.json.';
  it.each([
    [
      { retentionDays: 0 },
      `environments.dev.retentionDays: is not a whole number of days from 1 to 3650, got 0. Recordings would be kept for another time than was promised. ${CORRECT}`,
    ],
    [
      { encryption: 'aes' },
      `environments.dev.encryption: is not "s3" or "kms", got "aes". Recordings must not be stored with an encryption nobody chose. ${CORRECT}`,
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
      'environments.dev.colour: unknown setting, got "red". It would be ignored. The settings are retentionDays, noncurrentDays, encryption, withKmsKey, bucketName, existingBucketName, existingKmsKeyArn, permissionsBoundary, terminationProtection, tags.',
    ],
    [
      { existingBucketName: 'acme-old', bucketName: 'acme-new' },
      'environments.dev.bucketName: does not go with existingBucketName, got "acme-new". The stack leaves an existing bucket as it is, so this would change nothing. Remove one of the two.',
    ],
    [
      { existingKmsKeyArn: KEY },
      `environments.dev.existingKmsKeyArn: is only for existingBucketName, got "${maskArn(KEY)}". A bucket of our own has a key of its own. Remove it, or set existingBucketName.`,
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
      `environments: is not an object with at least one environment, got ${context === undefined ? 'nothing' : JSON.stringify(context)}. Without one there is nothing to deploy. Put "environments": { "dev": {} } into the context of cdk.json.`,
    ]);
  });

  it.each(['Dev', '', 'dev_1', '1dev', 'dev-', 'a'.repeat(31)])('refuses "%s" as an environment', (name) => {
    expect(environmentProblems({ [name]: {} })).toEqual([
      `environments.${name}: is not an environment's name, got ${JSON.stringify(name)}. It becomes part of stack names in both clouds. Use 1 to 30 lower-case letters, digits and hyphens, beginning with a letter.`,
    ]);
  });
});

it.each([
  ['retentionDays', [3651, 1.5, '90', null, -1]],
  ['noncurrentDays', [0, 3651, true]],
  ['encryption', ['KMS', '', null, true]],
  ['withKmsKey', ['true', 1]],
  ['bucketName', ['ab', 'under_score', 'xn--bucket', '', 7]],
  ['existingBucketName', ['Acme', 's3://acme']],
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
    retentionDays: 90,
    noncurrentDays: 7,
    encryption: 's3',
    withKmsKey: false,
  };
  expect(inDev(settings).map((problem) => problem.split(':')[0])).toEqual([
    'environments.dev.retentionDays',
    'environments.dev.noncurrentDays',
    'environments.dev.encryption',
    'environments.dev.withKmsKey',
  ]);
});

it('refuses a bucket for two environments, whichever setting names it', () => {
  expect(environmentProblems({ dev: { bucketName: 'acme' }, prod: { existingBucketName: 'acme' } })).toEqual([
    'environments.prod.existingBucketName: is the bucket of dev already, got "acme". Two environments never share a bucket: their recordings could not be told apart. Give each its own.',
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
