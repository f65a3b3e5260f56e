import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { DEFAULT_API_KEY, DEFAULT_REPLICA_ID } from '../../../local/tavus/options';
import { ROOT } from '../../local/aws/support';
import { deployLaptop, idsOf, reportOf, type DeployedLaptop } from '../laptop';
import { startForeignBackend, type ForeignBackend } from './foreign-backend';

const START_KEY = 'a-start-key-of-some-length';
const TALK_SEC = 5;

const REPORT = z.object({
  passed: z.boolean(),
  conversationId: z.string().nullable(),
  state: z.string().nullable(),
  recordings: z.array(z.object({ key: z.string() })),
  steps: z.array(z.object({ id: z.string(), status: z.string(), found: z.string() })),
});
type Proof = z.output<typeof REPORT> & { readonly code: number | null; readonly stderr: string };

let laptop: DeployedLaptop;
let backend: ForeignBackend | undefined;
beforeAll(async () => {
  laptop = await deployLaptop('s3', { recordingReadyMs: 200, replicaJoinedMs: 100 });
});
afterEach(() => backend?.close());
afterAll(() => laptop.stop());

async function startBackend(
  change: { readonly roleArn?: string; readonly state?: string } = {},
): Promise<string> {
  const { bucketName, bucketRegion, roleArn } = laptop.request;
  backend = await startForeignBackend({
    tavusUrl: laptop.env['TAVUS_API_BASE_URL'] ?? '',
    tavusKey: DEFAULT_API_KEY,
    startKey: START_KEY,
    values: {
      replica: DEFAULT_REPLICA_ID,
      TavusRecordingS3BucketName: bucketName,
      TavusRecordingS3BucketRegion: bucketRegion,
      TavusAwsAssumeRoleArn: change.roleArn ?? roleArn,
    },
    ...(change.state === undefined ? {} : { state: change.state }),
  });
  return backend.url;
}

/** The settings of the guide, in a file. */
function envFile(...left: readonly string[]): string {
  const names = [
    'TAVUS_RECORDING_S3_BUCKET_NAME',
    'TAVUS_RECORDING_S3_BUCKET_REGION',
    'TAVUS_AWS_ASSUME_ROLE_ARN',
    'TAVUS_API_KEY',
    'TAVUS_REPLICA_ID',
    'TAVUS_ENABLE_RECORDING',
    'START_API_KEY',
  ].filter((name) => !left.includes(name));
  const file = path.join(laptop.directory, '.env');
  writeFileSync(file, names.map((name) => `${name}=${laptop.env[name]}\n`).join(''));
  return file;
}

/** Endpoint of the emulated AWS. */
const awsEnv = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(laptop.env).filter(([name]) => name.startsWith('AWS_'))),
  // The proof fetches a link like a browser, which does not use AWS_CA_BUNDLE.
  NODE_EXTRA_CA_CERTS: laptop.emulator.certificateFile,
});

/** Runs the command line as `npx recordings prove` does. @param interruptAt output after which it gets a Ctrl-C */
async function prove(url: string, file: string, interruptAt?: string): Promise<Proof> {
  const options = [
    '--url',
    url,
    '--env-file',
    file,
    '--talk',
    String(TALK_SEC),
    '--wait',
    '1',
    '--yes',
    '--json',
  ];
  const child = spawn(process.execPath, ['--', path.join(ROOT, 'ops', 'bin.mjs'), 'prove', ...options], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], CHROME_PATH: process.env['CHROME_PATH'], ...awsEnv() },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (interruptAt === undefined || !stderr.includes(interruptAt)) return;
    interruptAt = undefined;
    child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (stdout === '') throw new Error(`no report, exit code ${code}:\n${stderr}`);
  return { ...REPORT.parse(JSON.parse(stdout)), code, stderr };
}

const statuses = ({ steps }: Proof): Readonly<Record<string, string>> =>
  Object.fromEntries(steps.map(({ id, status }) => [id, status]));

test('the doctor passes, except for checks of resources that the guide leaves out', async () => {
  const report = await reportOf(
    {
      ...awsEnv(),
      TAVUS_API_BASE_URL: laptop.env['TAVUS_API_BASE_URL'],
    },
    '--env-file',
    envFile(),
  );
  expect(idsOf(report, 'fail')).toEqual([]);
  expect(idsOf(report, 'warn')).toEqual(['reader-role', 'callback-url']);
});

test('its recording is proven in the bucket: seen, with picture and sound; steps that need our pages are skipped', async () => {
  const url = await startBackend();
  const proof = await prove(url, envFile());
  expect([proof.code, statuses(proof)]).toEqual([
    0,
    {
      backend: 'passed',
      browser: 'passed',
      start: 'passed',
      talk: 'passed',
      landed: 'passed',
      plays: 'skipped',
      seen: 'passed',
      'picture-and-sound': 'passed',
      erased: 'skipped',
    },
  ]);
  expect(proof.recordings).toEqual([{ key: expect.stringMatching(`^tavus/${proof.conversationId}/\\d+$`) }]);
  expect(backend?.callbacks).toContain('application.recording_ready');
  expect(backend?.ended).toEqual([proof.conversationId]);
  // The call is not billed while the proof waits for its recording.
  expect(proof.stderr).toMatch(/ ended\n[^]*reading /);
  expect(proof.stderr).not.toContain(START_KEY);
});

test('without the bucket, and without a route for its state, the landing is not tried', async () => {
  const proof = await prove(await startBackend(), envFile('TAVUS_RECORDING_S3_BUCKET_NAME'));
  expect([proof.code, statuses(proof)['landed']]).toEqual([2, 'not-tried']);
});

test('without a named bucket its own report counts, and the other steps are skipped', async () => {
  const proof = await prove(
    await startBackend({ state: 'landed' }),
    envFile('TAVUS_RECORDING_S3_BUCKET_NAME'),
  );
  expect([proof.code, proof.state]).toEqual([0, 'landed']);
  expect(statuses(proof)).toMatchObject({
    seen: 'skipped',
    plays: 'skipped',
    'picture-and-sound': 'skipped',
  });
});

test('a request that Tavus refuses fails at the start', async () => {
  const url = await startBackend({ roleArn: 'arn:aws:iam::111122223333:role/nobody' });
  const proof = await prove(url, envFile());
  expect([proof.code, statuses(proof)]).toEqual([
    1,
    { backend: 'passed', browser: 'passed', start: 'failed' },
  ]);
});

test('a wrong key starts nothing', async () => {
  const url = await startBackend();
  const file = envFile('START_API_KEY');
  const proof = await prove(url, file);
  expect(proof.code).toBe(1);
  expect(proof.conversationId).toBeNull();
});

test('Ctrl-C ends its conversation', async () => {
  const proof = await prove(await startBackend(), envFile(), 'starts a conversation');
  expect(proof.code).toBe(2);
  expect(backend?.ended).toEqual([proof.conversationId]);
});
