import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseHandOver } from '../../contract/hand-over';
import { main } from '../../ops/hand-over/command-line';
import {
  ACCESS_DENIED,
  ACCOUNT,
  awsError,
  HANDED_OVER,
  fakeStackClients,
  HEALTHY,
  REGION,
  ROLE_ARN,
  stackIn,
  type FakeAwsAnswers,
} from './fake-aws';
import { cliContext, type Written } from './run';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'hand-over-'));
  file = path.join(directory, 'cdk-outputs.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const stack = (status: string, outputs = HANDED_OVER): FakeAwsAnswers => ({
  ...HEALTHY,
  DescribeStacksCommand: stackIn(status, { outputs }),
});

async function run(
  answers: FakeAwsAnswers,
  args: readonly string[] = ['--environment', 'prod'],
  region: string | undefined = REGION,
): Promise<Written & { readonly code: number }> {
  const around = cliContext({});
  const code = await main([...args, '--file', file], around, () => fakeStackClients(answers, region));
  return { ...around.written, code };
}

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'])(
  "a stack that is %s is written in the CDK's format, and the source is reported",
  async (status) => {
    const { code, stdout } = await run(stack(status));
    expect(stdout).toBe(
      `TavusRecordings-prod in account ********3333, ${REGION}: ${status}. Its outputs are in ${file}.\n`,
    );
    expect(code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text).toBe(`${JSON.stringify({ 'TavusRecordings-prod': HANDED_OVER }, null, 2)}\n`);
    expect(parseHandOver(text, { environment: 'prod' }).settings.TAVUS_AWS_ASSUME_ROLE_ARN).toBe(ROLE_ARN);
    expect(readdirSync(directory)).toEqual(['cdk-outputs.json']);
  },
);

test('entries of other stacks are kept, and an older one of this stack is replaced', async () => {
  const other = { 'TavusRecordings-dev': { A: 'b' } };
  // With a byte order mark, as some editors write it.
  writeFileSync(file, `\uFEFF${JSON.stringify({ 'TavusRecordings-prod': { Old: 'x' }, ...other })}`);
  await run(stack('UPDATE_COMPLETE'));
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...other, 'TavusRecordings-prod': HANDED_OVER });
});

const WHERE = `account ********3333, ${REGION}`;
test.each<readonly [string, FakeAwsAnswers, string]>([
  [
    'in the middle of an update',
    stack('UPDATE_IN_PROGRESS'),
    `TavusRecordings-prod: is not complete in ${WHERE}, got UPDATE_IN_PROGRESS. Its outputs may not match the resources. Wait for it to end.`,
  ],
  [
    'whose first deployment failed',
    stack('ROLLBACK_COMPLETE'),
    `TavusRecordings-prod: is not complete in ${WHERE}, got ROLLBACK_COMPLETE. Its outputs may not match the resources. ` +
      'It was never in use. Correct what failed (`aws cloudformation describe-stack-events --stack-name TavusRecordings-prod --region us-east-1`). ' +
      'Then run `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name TavusRecordings-prod --region us-east-1`, ' +
      'then `npx cdk deploy TavusRecordings-prod`, which deletes the rest of the stack and creates it again.',
  ],
  ...['UPDATE_ROLLBACK_COMPLETE', 'CREATE_FAILED', 'REVIEW_IN_PROGRESS'].map(
    (status) => [status, stack(status), `got ${status}.`] as const,
  ),
  [
    'that does not exist',
    {
      ...HEALTHY,
      DescribeStacksCommand: Object.assign(awsError('ValidationError', 400), {
        message: 'Stack with id TavusRecordings-prod does not exist',
      }),
    },
    `TavusRecordings-prod: is not deployed in ${WHERE}, got no such stack. Only its outputs name the right bucket and role. ` +
      'Run `npx cdk deploy TavusRecordings-prod`, or give the right AWS_PROFILE and --region.',
  ],
  [
    'that cannot be read',
    { ...HEALTHY, DescribeStacksCommand: ACCESS_DENIED },
    `TavusRecordings-prod: may not be read in ${WHERE}, got AccessDenied. The settings are its outputs. ` +
      'Allow cloudformation:DescribeStacks on the stack to the caller.',
  ],
  [
    'that AWS cannot read',
    { ...HEALTHY, DescribeStacksCommand: awsError('InternalFailure', 500) },
    `cannot be read in ${WHERE}, got "AWS answered 500 (InternalFailure)".`,
  ],
  [
    'of another environment',
    stack('CREATE_COMPLETE', { ...HANDED_OVER, Environment: 'dev' }),
    'Environment: is not "prod", got "dev". Recordings would land in the bucket of another environment.',
  ],
  [
    'without its outputs',
    stack('CREATE_COMPLETE', { Environment: 'prod' }),
    'TavusAwsAssumeRoleArn: missing, got nothing.',
  ],
])('a stack %s is refused, and the file is not changed', async (_, answers, words) => {
  writeFileSync(file, '{}');
  const { code, stderr, stdout } = await run(answers);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain(ACCOUNT);
  expect(stdout).toBe('');
  expect(code).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe('{}');
  expect(readdirSync(directory)).toEqual(['cdk-outputs.json']);
});

test('without credentials it says how to get them', async () => {
  const none = Object.assign(new Error('x'), { name: 'CredentialsProviderError' });
  const { code, stderr } = await run({ GetCallerIdentityCommand: none });
  expect(stderr).toBe(
    'AWS: cannot be reached, got "there are no AWS credentials". Only AWS knows the stack\'s outputs. ' +
      'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`.\n',
  );
  expect(code).toBe(1);
});

test('without a region it says how to set one', async () => {
  const around = cliContext({});
  const code = await main(['--environment', 'prod'], around, () => fakeStackClients(HEALTHY));
  expect(around.written.stderr).toContain('region: missing, got nothing.');
  expect(code).toBe(1);
});

test.each(['[1]', 'not JSON', '{"TavusRecordings-dev": "x"}'])(
  'a file that is not an outputs file is not overwritten: %s',
  async (text) => {
    writeFileSync(file, text);
    const { code, stderr } = await run(stack('CREATE_COMPLETE'));
    expect(stderr).toContain(`${file}: is not an outputs file, got ${text.length} characters.`);
    expect(code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

test('a missing folder is reported', async () => {
  file = path.join(directory, 'gone', 'cdk-outputs.json');
  const { code, stderr } = await run(stack('CREATE_COMPLETE'));
  expect(stderr).toContain(`${file}: cannot be written, got ENOENT.`);
  expect(code).toBe(1);
});

test.each<readonly [readonly string[], string]>([
  [[], '--environment: missing, got nothing.'],
  [['--environment'], '--environment: needs a value, got nothing'],
  [['--environment', 'laptop'], '--environment: is the laptop cloud, got laptop.'],
  [['--environment', 'prod', '--loud'], '--loud: no such option'],
])('the command line %j is refused', async (args, words) => {
  const around = cliContext({});
  expect(await main(args, around, () => fakeStackClients({}))).toBe(2);
  expect(around.written.stderr).toContain(words);
});

test('the help is on standard output', async () => {
  const around = cliContext({});
  expect(await main(['--help'], around)).toBe(0);
  expect(around.written.stdout).toContain('cloudformation:DescribeStacks');
});
