import { parseHandOver } from '../../contract/hand-over';
import { ProblemsError } from '../../contract/problem';

const OUTPUTS = {
  TavusRecordingS3BucketName: 'acme-recordings',
  TavusRecordingS3BucketRegion: 'us-east-1',
  TavusAwsAssumeRoleArn: 'arn:aws:iam::111122223333:role/TavusRecordings-dev-TavusRole-AbC123',
  Environment: 'dev',
  Account: '111122223333',
  Region: 'us-east-1',
  ContractVersion: '1',
};

const file = (changes: Record<string, unknown> = {}, stack = 'TavusRecordings-dev'): string =>
  JSON.stringify({ [stack]: { ...OUTPUTS, ...changes } });

const problems = (text: string, environment = 'dev'): readonly string[] => {
  try {
    parseHandOver(text, { environment });
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
};

describe('parseHandOver', () => {
  test("reads one environment's values and ignores other stacks", () => {
    const text = JSON.stringify({
      ...JSON.parse(file()),
      'TavusRecordings-prod': {},
      SomebodyElse: { A: 'b' },
    });
    expect(parseHandOver(text, { environment: 'dev' })).toEqual({
      environment: 'dev',
      account: '111122223333',
      region: 'us-east-1',
      settings: {
        TAVUS_RECORDING_S3_BUCKET_NAME: 'acme-recordings',
        TAVUS_RECORDING_S3_BUCKET_REGION: 'us-east-1',
        TAVUS_AWS_ASSUME_ROLE_ARN: 'arn:aws:iam::111122223333:role/TavusRecordings-dev-TavusRole-AbC123',
      },
    });
  });

  test('reads an existing bucket in another region, with dots in its name', () => {
    const changes = {
      TavusRecordingS3BucketName: 'acme.recordings',
      TavusRecordingS3BucketRegion: 'us-west-2',
      ExistingBucketRegion: 'us-west-2',
    };
    expect(parseHandOver(file(changes), { environment: 'dev' })).toMatchObject({
      region: 'us-east-1',
      settings: {
        TAVUS_RECORDING_S3_BUCKET_NAME: 'acme.recordings',
        TAVUS_RECORDING_S3_BUCKET_REGION: 'us-west-2',
      },
    });
  });

  test('reads a file with a byte order mark', () => {
    expect(problems(`\uFEFF${file()}`)).toEqual([]);
  });

  test.each([
    [
      'an empty file',
      '  \n',
      /^file: is empty, got nothing\. .* Run `npx cdk deploy TavusRecordings-dev`\.$/,
    ],
    ['no JSON', '<html>', /^file: is not JSON, got 6 characters/],
    [
      'a file in UTF-16',
      Buffer.from('\uFEFF{}', 'utf16le').toString('utf8'),
      /^file: is saved as UTF-16, got zero bytes in it\. .* Save it as "UTF-8"\. Run /,
    ],
    ['a list', '[]', /^file: is not an outputs file, got \[\]/],
    ['a stack that is not an object', '{"TavusRecordings-dev": "x"}', /^file: is not an outputs file/],
    ['an object without a stack', '{}', /^TavusRecordings-dev: is not in the file, got no stack at all/],
    ['a foreign stack', file({}, 'Billing'), /^TavusRecordings-dev: is not in the file, got Billing/],
    [
      'another environment',
      file({}, 'TavusRecordings-prod'),
      /got TavusRecordings-prod\. The values of another stack/,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(problems(text)).toEqual([expect.stringMatching(message)]);
  });

  test.each(Object.keys(OUTPUTS))('refuses an entry without %s', (id) => {
    expect(problems(file({ [id]: undefined }))).toEqual([
      `${id}: missing, got nothing. No recording can be stored without it. Run \`npx cdk deploy TavusRecordings-dev\`.`,
    ]);
  });

  test.each([
    [
      'an empty value',
      { TavusRecordingS3BucketName: '' },
      /^TavusRecordingS3BucketName: missing, got nothing/,
    ],
    ['a number', { TavusRecordingS3BucketName: 7 }, /^TavusRecordingS3BucketName: is not text, got 7/],
    ['a token left in', { TavusRecordingS3BucketName: '${Token[TOKEN.12]}' }, /is an unresolved CDK token/],
    ['a name of before 2018', { TavusRecordingS3BucketName: 'Acme_Recordings' }, /is not a bucket name/],
    [
      "a user's ARN",
      { TavusAwsAssumeRoleArn: 'arn:aws:iam::111122223333:user/bob' },
      /is not the ARN of an IAM role/,
    ],
    [
      'an ARN of another partition',
      { TavusAwsAssumeRoleArn: 'arn:aws-cn:iam::111122223333:role/r' },
      /is not the ARN/,
    ],
    [
      'another environment inside',
      { Environment: 'prod' },
      /^Environment: is not "dev", got "prod"\. Recordings would land/,
    ],
    ['an unknown contract version', { ContractVersion: '99' }, /^ContractVersion: is not "1", got "99"/],
    [
      'a role of another account',
      { Account: '999900001111' },
      /^Account: is not "111122223333", got "999900001111"/,
    ],
    [
      'a bucket in another region',
      { Region: 'us-west-2' },
      /^TavusRecordingS3BucketRegion: is not "us-west-2", got "us-east-1"\. .* set existingBucketRegion in cdk\.json and deploy\./,
    ],
    [
      'an existing bucket in another region than configured',
      { ExistingBucketRegion: 'us-west-2' },
      /^TavusRecordingS3BucketRegion: is not "us-west-2", got "us-east-1"/,
    ],
  ])('refuses %s', (_, changes, message) => {
    expect(problems(file(changes))).toEqual([expect.stringMatching(message)]);
  });

  test("refuses a console's label as region, with two problems: the value itself, and the stack's region", () => {
    expect(problems(file({ TavusRecordingS3BucketRegion: 'US East (Ohio) us-east-2' }))).toEqual([
      expect.stringMatching(
        /^TavusRecordingS3BucketRegion: is not a region code such as us-east-1, got "US East/,
      ),
      expect.stringMatching(/^TavusRecordingS3BucketRegion: is not "us-east-1"/),
    ]);
  });

  test('names all problems in one error', () => {
    const found = problems(
      file({ TavusRecordingS3BucketName: undefined, TavusAwsAssumeRoleArn: 'x', ContractVersion: '0' }),
    );
    expect(found.map((problem) => problem.split(':')[0])).toEqual([
      'TavusRecordingS3BucketName',
      'TavusAwsAssumeRoleArn',
      'ContractVersion',
    ]);
  });

  test('shows neither the role nor the whole account of a refused ARN', () => {
    const [problem] = problems(file({ TavusAwsAssumeRoleArn: 'arn:aws:iam::111122223333:user/secret-name' }));
    expect(problem).toContain('arn:aws:iam::********3333:user/...');
    expect(problem).not.toContain('secret-name');
  });

  test("refuses the laptop cloud's values, except to the laptop cloud itself", () => {
    const laptop = file({ Environment: 'laptop' }, 'TavusRecordings-laptop');
    expect(problems(laptop, 'laptop')).toEqual([
      expect.stringMatching(/^environment: laptop is the laptop cloud/),
    ]);
    expect(problems(laptop, 'dev')).toEqual([
      expect.stringMatching(/^TavusRecordings-dev: is not in the file/),
    ]);
    expect(parseHandOver(laptop, { environment: 'laptop', acceptLaptop: true }).environment).toBe('laptop');
  });
});
