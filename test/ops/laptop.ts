import { spawn } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod';
import { clientOptions, rootOf, type ClientOptions } from '../../local/aws/clients';
import type { Emulator } from '../../local/aws/emulator';
import type { SettingName } from '../../contract/settings';
import { bootstrap, deploy, readHandOver, type RunContext } from '../../local/deployment';
import type { RequestValues } from '../../local/faults';
import type { Encryption } from '../../local/options';
import { DEFAULT_API_KEY, DEFAULT_REPLICA_ID, type SimulatorOptions } from '../../local/tavus/options';
import { startSimulator } from '../../local/tavus/simulator';
import { AwsCloud } from '../../local/tavus/storage/aws-cloud';
import { OWNER, REGION, ROOT, startTestEmulator, type TestEmulator } from '../local/aws/support';

const REPORT = z.object({
  ok: z.boolean(),
  exitCode: z.number(),
  totals: z.record(z.string(), z.number()),
  seconds: z.number(),
  checks: z.array(
    z.object({
      id: z.string(),
      topic: z.string(),
      status: z.enum(['ok', 'warn', 'fail', 'unknown']),
      found: z.string(),
      expected: z.string(),
      fix: z.string().nullable(),
    }),
  ),
});
export type DoctorReport = z.output<typeof REPORT>;

/** The doctor's output and exit code. */
interface DoctorRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A deployed laptop cloud with a Tavus simulator, for the doctor. */
export interface DeployedLaptop {
  /** As the backend would send them. */
  readonly request: RequestValues;
  readonly emulator: Emulator;
  readonly clientOptions: ClientOptions;
  readonly directory: string;
  /** The backend's settings, and the endpoint of AWS. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** Deploys the stack with the real CDK command line. */
export async function deployLaptop(
  encryption: Encryption,
  faults: SimulatorOptions['faults'] = {},
): Promise<DeployedLaptop> {
  const running = await startTestEmulator();
  const context: RunContext = {
    emulator: running.emulator,
    directory: running.directory,
    root: ROOT,
    encryption,
    signal: new AbortController().signal,
  };
  await bootstrap(context);
  await deploy(context);
  const { settings: handedOver } = await readHandOver(context);
  const request = {
    bucketName: handedOver.TAVUS_RECORDING_S3_BUCKET_NAME,
    bucketRegion: handedOver.TAVUS_RECORDING_S3_BUCKET_REGION,
    roleArn: handedOver.TAVUS_AWS_ASSUME_ROLE_ARN,
  };
  return withTavus(running, request, faults);
}

/** Adds a Tavus simulator to an emulated AWS with an existing bucket and role. */
export async function withTavus(
  { emulator, directory, stop }: TestEmulator,
  request: RequestValues,
  faults: SimulatorOptions['faults'] = {},
): Promise<DeployedLaptop> {
  const simulator = await startSimulator({
    faults,
    cloud: new AwsCloud({
      clientOptions: (credentials, region) => clientOptions(emulator, credentials, { region }),
      rootOf: (account) => rootOf(emulator, account),
    }),
  });
  const settings: Partial<Record<SettingName, string>> = {
    TAVUS_API_KEY: DEFAULT_API_KEY,
    TAVUS_API_BASE_URL: simulator.apiBaseUrl,
    TAVUS_REPLICA_ID: DEFAULT_REPLICA_ID,
    TAVUS_ENABLE_RECORDING: 'true',
    TAVUS_RECORDING_S3_BUCKET_NAME: request.bucketName,
    TAVUS_RECORDING_S3_BUCKET_REGION: request.bucketRegion,
    TAVUS_AWS_ASSUME_ROLE_ARN: request.roleArn,
    PUBLIC_BASE_URL: 'https://recordings.example.com',
    CALLBACK_SECRETS: 'a-callback-secret-of-some-length',
    START_API_KEY: 'a-start-key-of-some-length',
    // Without a role to read the bucket; its tests set their own.
    RECORDINGS_ACCESS: 'default-chain',
  };
  return {
    request,
    emulator,
    clientOptions: clientOptions(emulator, rootOf(emulator, OWNER)),
    directory,
    env: {
      ...settings,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_CA_BUNDLE: emulator.certificateFile,
      AWS_ACCESS_KEY_ID: OWNER,
      AWS_SECRET_ACCESS_KEY: rootOf(emulator, OWNER).secretAccessKey,
      AWS_REGION: REGION,
    },
    stop: async () => {
      await simulator.close();
      await stop();
    },
  };
}

/** Runs the command line as `npx recordings doctor` does, without the user's AWS environment. */
export function runDoctor(args: readonly string[], env: NodeJS.ProcessEnv): Promise<DoctorRun> {
  const child = spawn(process.execPath, ['--', path.join(ROOT, 'ops', 'bin.mjs'), 'doctor', ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      AWS_CONFIG_FILE: path.join(ROOT, 'no-such-file'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(ROOT, 'no-such-file'),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** The doctor's report in JSON. */
export async function reportOf(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<DoctorReport> {
  const { code, stdout, stderr } = await runDoctor(['--json', ...args], env);
  if (stdout === '') throw new Error(`no report, exit code ${code}:\n${stderr}`);
  const report = REPORT.parse(JSON.parse(stdout));
  expect(code).toBe(report.exitCode);
  return report;
}

/** Ids of the checks with a status. */
export const idsOf = ({ checks }: DoctorReport, status: DoctorReport['checks'][number]['status']): string[] =>
  checks.filter((check) => check.status === status).map(({ id }) => id);
