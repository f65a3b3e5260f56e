import type { CliContext } from '../../ops/cli-context';
import { doctor } from '../../ops/doctor/doctor';
import type { DoctorOptions } from '../../ops/doctor/options';
import { BUCKET, fakeAws, REGION, ROLE_ARN, type FakeAwsAnswers } from './fake-aws';

export const API_KEY = 'tvsk_0123456789abcdef';

/** Valid settings, except for Tavus's address. */
export const SETTINGS: NodeJS.ProcessEnv = {
  TAVUS_API_KEY: API_KEY,
  TAVUS_REPLICA_ID: 'r_laptop',
  TAVUS_PERSONA_ID: 'p_laptop',
  TAVUS_ENABLE_RECORDING: 'true',
  TAVUS_RECORDING_S3_BUCKET_NAME: BUCKET,
  TAVUS_RECORDING_S3_BUCKET_REGION: REGION,
  TAVUS_AWS_ASSUME_ROLE_ARN: ROLE_ARN,
  PUBLIC_BASE_URL: 'https://recordings.example.com',
  CALLBACK_SECRETS: 'callback-secret-current,callback-secret-previous',
  START_API_KEY: 'start-key-0123456789',
  // Without a role to read the bucket; its tests set their own.
  RECORDINGS_ACCESS: 'default-chain',
};

/** Output of a command. */
export interface Written {
  stdout: string;
  stderr: string;
}

/** Collects the output. */
export function cliContext(env: NodeJS.ProcessEnv): CliContext & { readonly written: Written } {
  const written: Written = { stdout: '', stderr: '' };
  return {
    env,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    written,
  };
}

const OPTIONS: DoctorOptions = {
  envFile: undefined,
  handOver: undefined,
  createTestConversation: false,
  json: true,
};

export interface ReportedCheck {
  readonly id: string;
  readonly status: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string | null;
}

/** A complete run of the doctor with a fake AWS. */
export async function examine(
  answers: FakeAwsAnswers,
  env: NodeJS.ProcessEnv,
  options: Partial<DoctorOptions> = {},
): Promise<Written & { readonly code: number; readonly of: (id: string) => ReportedCheck | undefined }> {
  const around = cliContext(env);
  const code = await doctor({ ...OPTIONS, ...options }, around, () => fakeAws(answers));
  const { checks }: { checks: ReportedCheck[] } =
    options.json === false ? { checks: [] } : JSON.parse(around.written.stdout);
  return { ...around.written, code, of: (id) => checks.find((check) => check.id === id) };
}
