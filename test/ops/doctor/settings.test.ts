import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../../../app/config';
import { ProblemsError } from '../../../contract/problem';
import { judgeCallbacks } from '../../../ops/doctor/callbacks';
import { judgeSettings } from '../../../ops/doctor/settings/read';
import { readSources, type Source } from '../../../ops/doctor/settings/sources';
import type { CheckResult } from '../../../ops/doctor/check-result';
import { UsageError } from '../../../ops/usage-error';
import { ACCOUNT, BUCKET, HANDED_OVER, REGION } from '../fake-aws';
import { API_KEY, SETTINGS } from '../run';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'settings-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, text: string | Buffer): string => {
  const whole = path.join(directory, name);
  writeFileSync(whole, text);
  return whole;
};

type Judged = Pick<CheckResult, 'status' | 'found' | 'expected' | 'fix'>;

/** Outcomes by id. */
async function judge(...sources: readonly Source[]): Promise<Readonly<Record<string, Judged>>> {
  const outcomes = judgeSettings(sources).checks.map(async ({ id, run }) => [id, await run()] as const);
  return Object.fromEntries(await Promise.all(outcomes));
}

const from = (label: string, values: NodeJS.ProcessEnv): Source => ({ label, values });

describe('a setting', () => {
  test('is read from the first source that has it, and the report names the source', async () => {
    const found = await judge(
      from('A', { TAVUS_API_KEY: ' ', TAVUS_REPLICA_ID: 'r1' }),
      from('B', { TAVUS_API_KEY: API_KEY, TAVUS_REPLICA_ID: 'r1' }),
    );
    expect(found['TAVUS_API_KEY']).toMatchObject({ status: 'ok', found: '21 characters, from B' });
    expect(found['TAVUS_REPLICA_ID']).toMatchObject({ status: 'ok', found: 'r1, from A' });
  });

  test('with two values gives a warning', async () => {
    const found = await judge(from('A', { TAVUS_REPLICA_ID: 'r1' }), from('B', { TAVUS_REPLICA_ID: 'r2' }));
    expect(found['TAVUS_REPLICA_ID']).toMatchObject({
      status: 'warn',
      found: 'r1, from A; B has another value',
    });
  });

  test.each([
    ['TAVUS_ENABLE_RECORDING', 'ja', 'is neither true nor false, got ja, from A'],
    [
      'TAVUS_RECORDING_S3_BUCKET_REGION',
      'US East (Ohio) us-east-2',
      'is not a region code such as us-east-1, got US East',
    ],
    ['TAVUS_RECORDING_S3_BUCKET_NAME', 'My_Bucket', 'is not a bucket name'],
    [
      'TAVUS_AWS_ASSUME_ROLE_ARN',
      `arn:aws:iam::${ACCOUNT}:user/x`,
      'got arn:aws:iam::********3333:user/..., from A',
    ],
    ['PUBLIC_BASE_URL', 'http://recordings.example.com', 'is not an origin'],
    ['START_API_KEY', 'short', 'is shorter than 16 characters, got 5 characters, from A'],
    // A connection string contains the account's key.
    ['LEDGER_URL', 'AccountName=acme;AccountKey=c2VjcmV0', 'got 36 characters, from A'],
  ])('%s with an invalid value fails', async (name, value, found) => {
    const outcome = (await judge(from('A', { [name]: value })))[name];
    expect(outcome?.status).toBe('fail');
    expect(outcome?.found).toContain(found);
  });

  test('with an unknown name is reported', async () => {
    const found = await judge(
      from('A', { TAVUS_ENABLE_RECORDINGS: 'true', PATH: '/bin', TAVUS_API_KEY_VERSION: '1' }),
      from('B', { '\uFEFFTAVUS_RECORD': 'true' }),
    );
    expect(found['not-settings']).toMatchObject({
      status: 'warn',
      found: 'TAVUS_ENABLE_RECORDINGS (did you mean TAVUS_ENABLE_RECORDING?), \\uFEFFTAVUS_RECORD',
    });
  });

  test('that switches recording off gives a warning', async () => {
    expect((await judge(from('A', {})))['recording']?.status).toBe('warn');
    expect((await judge(from('A', SETTINGS)))['recording']?.status).toBe('ok');
  });
});

// Each omits or changes a value; the expected problem is the backend's own.
const without = (...names: readonly string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(SETTINGS).filter(([name]) => !names.includes(name)));
test.each<readonly [string, NodeJS.ProcessEnv]>([
  ['everything', SETTINGS],
  ['nothing', {}],
  ['no key', without('TAVUS_API_KEY')],
  ['no replica', without('TAVUS_REPLICA_ID')],
  ['neither replica nor persona', without('TAVUS_REPLICA_ID', 'TAVUS_PERSONA_ID')],
  ['no bucket', without('TAVUS_RECORDING_S3_BUCKET_NAME')],
  [
    'no bucket, recording off',
    { ...without('TAVUS_RECORDING_S3_BUCKET_NAME'), TAVUS_ENABLE_RECORDING: 'false' },
  ],
  ['no callback secret', without('CALLBACK_SECRETS')],
  ['no start key', without('START_API_KEY')],
  ['no start key, but Easy Auth', { ...without('START_API_KEY'), EASY_AUTH: 'true' }],
  [
    'no start key, on this machine',
    { ...without('START_API_KEY'), PUBLIC_BASE_URL: 'http://localhost:8080' },
  ],
  ['a name with a byte order mark', { ...SETTINGS, '\uFEFFTAVUS_REQUIRE_RECORDING_CONSENT': 'true' }],
  ['a name with a zero width space', { ...SETTINGS, 'TAVUS_REQUIRE_AUTH\u200B': 'true' }],
  ['quotes around a key', { ...SETTINGS, TAVUS_API_KEY: '"tvsk_x"' }],
  ['a zero width space in a replica', { ...SETTINGS, TAVUS_REPLICA_ID: 'r1\u200B' }],
  [
    'a wrong region and no role',
    { ...without('TAVUS_AWS_ASSUME_ROLE_ARN'), TAVUS_RECORDING_S3_BUCKET_REGION: 'x' },
  ],
])('the doctor and the backend agree on what is wrong with %s', async (_, env) => {
  const refused = (): string[] => {
    try {
      readConfig(env);
      return [];
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      return error.problems.map((problem) => problem.split(':')[0] ?? '');
    }
  };
  const found = await judge(from('A', env));
  const failing = Object.keys(found).filter((id) => found[id]?.status === 'fail');
  expect(failing.toSorted()).toEqual(refused().toSorted());
});

describe('the sources', () => {
  const HAND_OVER = {
    'TavusRecordings-prod': HANDED_OVER,
  };

  test('are the process, then the env file as Node reads it, then the hand-over', async () => {
    const envFile = file('.env', `export TAVUS_REPLICA_ID="r2" # mine\nTAVUS_API_KEY='${API_KEY}'\n`);
    const outputs = file('outputs.json', JSON.stringify(HAND_OVER));
    const { inOrder, checks } = readSources(
      { envFile, handOver: { file: outputs, environment: 'prod' } },
      { TAVUS_REPLICA_ID: 'r1' },
    );
    const found = await judge(...inOrder);
    expect(found['TAVUS_REPLICA_ID']?.found).toBe(
      `r1, from the process environment; ${envFile} has another value`,
    );
    expect(found['TAVUS_API_KEY']?.found).toBe(`21 characters, from ${envFile}`);
    expect(found['TAVUS_RECORDING_S3_BUCKET_NAME']?.found).toBe(`${BUCKET}, from ${outputs}`);
    expect(await checks[0]?.run()).toMatchObject({
      status: 'ok',
      found: `prod, account ********3333, ${REGION}`,
    });
  });

  test('an env file saved with a byte order mark: its first setting fails, and says how to save it', async () => {
    const envFile = file('bom.env', `\uFEFFTAVUS_ENABLE_RECORDING=true\nTAVUS_API_KEY=${API_KEY}\n`);
    const found = await judge(...readSources({ envFile, handOver: undefined }, {}).inOrder);
    expect(found['\\uFEFFTAVUS_ENABLE_RECORDING']).toEqual({
      status: 'fail',
      found: `begins with a byte order mark, which is invisible, got U+FEFF, from ${envFile}`,
      expected:
        'a name without invisible characters. It is not read as TAVUS_ENABLE_RECORDING: the line has no effect.',
      fix: 'The file was saved as "UTF-8 with BOM". Save the file as "UTF-8"; in Notepad: "Save as", field "Encoding".',
    });
    expect(found['TAVUS_API_KEY']?.status).toBe('ok');
    expect(found['not-settings']?.status).toBe('ok');
  });

  test.each([
    [
      'START_API_KEY=correct-horse#staple',
      'has a # outside quotes, where Node stops reading and Compose continues',
    ],
    ['export START_API_KEY = correct$horse-staple', 'has a $, which Compose replaces by a variable'],
    ['START_API_KEY="correct$horse-staple" # mine', 'has a $, which Compose replaces by a variable'],
    [
      'START_API_KEY="correct\\\\horse-staple"',
      'has a \\ in double quotes, which Node and Compose read differently',
    ],
    ['START_API_KEY=`correct-horse#staple`', 'is in backticks, which Compose keeps as part of the value'],
    ['START_API_KEY="correct-horse-staple', 'begins with a quote that is not closed on the line'],
    ['START_API_KEY=a\r\nSTART_API_KEY=b', 'is set in line 1 too, and the last one counts'],
  ])('an env file that programs parse differently gives a warning: %j', async (text, wrong) => {
    const { checks } = readSources({ envFile: file('ambiguous.env', `${text}\n`), handOver: undefined }, {});
    const outcomes = await Promise.all(checks.map(async ({ id, run }) => ({ id, ...(await run()) })));
    expect(outcomes).toEqual([
      {
        id: 'env-file',
        status: 'warn',
        found: expect.stringMatching(/START_API_KEY in line \d /),
        expected: 'lines that Node, Docker Compose and docker run read the same way',
        fix: expect.stringContaining("'single quotes'"),
      },
    ]);
    expect(outcomes[0]?.found).toContain(wrong);
    expect(outcomes[0]?.found).not.toContain('staple');
  });

  test.each([
    "START_API_KEY='correct-horse#$taple' # mine",
    'START_API_KEY="correct-horse#staple"',
    'START_API_KEY=correct-horse-staple # 16 $ and more',
    '# START_API_KEY=correct-horse#staple',
    'OF_ANOTHER_PROGRAM=a#b$c',
    'START_API_KEY=',
  ])('an env file that all programs parse alike gives none: %j', (text) => {
    expect(readSources({ envFile: file('alike.env', text), handOver: undefined }, {}).checks).toEqual([]);
  });

  test('a byte order mark before a comment is harmless', async () => {
    const envFile = file('comment.env', `\uFEFF# Mine\nTAVUS_API_KEY=${API_KEY}\n`);
    const found = await judge(...readSources({ envFile, handOver: undefined }, {}).inOrder);
    expect(found['TAVUS_API_KEY']?.status).toBe('ok');
  });

  test.each([
    ['little', Buffer.from(`\uFEFFTAVUS_API_KEY=${API_KEY}\n`, 'utf16le')],
    ['big', Buffer.from(`\uFEFFTAVUS_API_KEY=${API_KEY}\n`, 'utf16le').swap16()],
  ])('an env file in UTF-16, %s endian, fails as a whole', async (_, bytes) => {
    const envFile = file('utf16.env', bytes);
    const { inOrder, checks } = readSources({ envFile, handOver: undefined }, {});
    expect(inOrder).toHaveLength(1);
    expect(checks.map(({ id }) => id)).toEqual(['env-file']);
    expect(await checks[0]?.run()).toMatchObject({
      status: 'fail',
      found: `${envFile} is saved as UTF-16, or is not text`,
    });
  });

  test('a secret under a misread name is masked, too', () => {
    expect(judgeSettings([from('A', { '\uFEFFTAVUS_API_KEY': API_KEY })]).secrets).toContain(API_KEY);
  });

  test('a hand-over of another environment fails, and its values are not used', async () => {
    const outputs = file('other.json', JSON.stringify(HAND_OVER));
    const { inOrder, checks } = readSources(
      { envFile: undefined, handOver: { file: outputs, environment: 'dev' } },
      {},
    );
    expect(await checks[0]?.run()).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('TavusRecordings-dev: is not in the file, got TavusRecordings-prod.'),
    });
    expect(inOrder).toHaveLength(1);
  });

  test('an unreadable file is an error of the command line', () => {
    const gone = path.join(directory, 'gone');
    expect(() => readSources({ envFile: gone, handOver: undefined }, {})).toThrow(
      new UsageError([`--env-file: cannot be read, got ${gone} (ENOENT)`], 'npx recordings doctor'),
    );
  });
});

test.each([
  ['https://recordings.example.com', 'ok'],
  ['https://recordings.example.com:8443', 'ok'],
  ['https://8.8.8.8', 'ok'],
  ['http://localhost:8080', 'warn'],
  ['https://localhost', 'warn'],
  ['https://backend', 'warn'],
  ['https://backend.internal', 'warn'],
  ['https://10.0.0.4', 'warn'],
  ['https://172.16.0.1', 'warn'],
  ['https://172.32.0.1', 'ok'],
  ['https://192.168.1.2', 'warn'],
  ['https://[::1]', 'warn'],
  ['https://[fd00::1]', 'warn'],
  ['https://[2001:db8::1]', 'ok'],
] as const)('a callback to %s: %s', (origin, status) => {
  expect(judgeCallbacks(true, origin).status).toBe(status);
});

test('a missing callback address gives a warning, and a malformed one only fails its own check', () => {
  expect(judgeCallbacks(false, undefined)).toMatchObject({ status: 'warn' });
  expect(judgeCallbacks(true, undefined)).toMatchObject({
    status: 'unknown',
    found: 'PUBLIC_BASE_URL is malformed',
  });
});
