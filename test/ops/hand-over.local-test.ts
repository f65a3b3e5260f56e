import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { runCdk } from '../../local/aws/cdk';
import { rootOf } from '../../local/aws/clients';
import { OWNER, REGION, ROOT, startTestEmulator, type TestEmulator } from '../local/aws/support';
import { runDoctor } from './laptop';

const ENVIRONMENT = 'dev';
const STACK = 'TavusRecordings-dev';

let aws: TestEmulator;
let directory: string;
let env: NodeJS.ProcessEnv;
const inDirectory = (name: string): string => path.join(directory, name);

beforeAll(async () => {
  aws = await startTestEmulator();
  directory = mkdtempSync(path.join(tmpdir(), 'hand-over-'));
  const { emulator } = aws;
  const shared = [
    '--context',
    `environments={"${ENVIRONMENT}":{}}`,
    '--output',
    inDirectory('cdk.out'),
    '--no-notices',
  ];
  const cdk = (...args: readonly string[]): Promise<unknown> =>
    runCdk({ emulator, args: [...args, ...shared], directory, root: ROOT, report: () => undefined });
  await cdk('bootstrap', `aws://${OWNER}/${REGION}`);
  await cdk('deploy', '--require-approval', 'never', '--outputs-file', inDirectory('by-cdk.json'));
  env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_CA_BUNDLE: emulator.certificateFile,
    AWS_ACCESS_KEY_ID: OWNER,
    AWS_SECRET_ACCESS_KEY: rootOf(emulator, OWNER).secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
});

afterAll(async () => {
  await aws.stop();
  rmSync(directory, { recursive: true, force: true });
});

const handOver = (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, ['ops/bin.mjs', 'hand-over', ...args], { cwd: ROOT, env });

test('hand-over writes the same bytes as cdk deploy', async () => {
  const file = inDirectory('by-us.json');
  const { stdout } = await handOver('--environment', ENVIRONMENT, '--region', REGION, '--file', file);
  expect(stdout).toBe(
    `${STACK} in account ********3333, ${REGION}: CREATE_COMPLETE. Its outputs are in ${file}.\n`,
  );
  expect(readFileSync(file, 'utf8')).toBe(readFileSync(inDirectory('by-cdk.json'), 'utf8'));
});

test.each([
  [
    ['--environment', 'prod', '--region', REGION],
    'TavusRecordings-prod: is not deployed in account ********3333',
  ],
  [['--environment', ENVIRONMENT], 'region: missing, got nothing.'],
])('hand-over %j is refused', async (args, words) => {
  await expect(handOver(...args, '--file', inDirectory('none.json'))).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(words),
  });
});

test('the doctor reads the three values from the file', async () => {
  const file = inDirectory('by-cdk.json');
  const { code, stdout } = await runDoctor(['--hand-over', file, '--environment', ENVIRONMENT], {
    ...env,
    TAVUS_API_KEY: 'tvsk_0123456789',
    // Tavus cannot be reached: that is no failure, and the exit code says that it was not asked.
    TAVUS_API_BASE_URL: 'http://127.0.0.1:9/v2',
    TAVUS_REPLICA_ID: 'r_laptop',
    TAVUS_ENABLE_RECORDING: 'true',
  });
  expect(stdout).toContain(`from ${file}`);
  expect(stdout).toContain('✓ role-actions');
  expect(stdout).toContain('tavus-key');
  expect(stdout).toContain('0 failed');
  expect(code).toBe(2);
});
