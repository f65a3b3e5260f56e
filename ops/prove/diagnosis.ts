import { givenText } from '../../contract/read-settings';
import { awsClients } from '../aws/clients';
import type { CliContext } from '../cli-context';
import { collectResults } from '../doctor/doctor';
import { messageOf } from './steps';

/** A failed check of the doctor. */
export interface FailingCheck {
  readonly id: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
}

/** The doctor can check a backend only with at least one of these settings. */
const DOCTOR_SETTINGS = ['TAVUS_API_KEY', 'TAVUS_RECORDING_S3_BUCKET_NAME'];

/** Runs the doctor and returns its failed checks. Returns none without the settings or when the doctor cannot run. */
export async function failingChecks(
  envFile: string | undefined,
  context: CliContext,
  connect: typeof awsClients = awsClients,
): Promise<readonly FailingCheck[]> {
  if (!DOCTOR_SETTINGS.some((name) => givenText(context.env[name]) !== undefined)) return [];
  context.stderr.write('Running the doctor to find the cause ...\n');
  try {
    const results = await collectResults(
      { envFile, handOver: undefined, createTestConversation: false },
      context,
      connect,
    );
    return results
      .filter(({ status }) => status === 'fail')
      .map(({ id, found, expected, fix = '' }) => ({ id, found, expected, fix }));
  } catch (error) {
    context.stderr.write(`The doctor could not run: ${messageOf(error)}\n`);
    return [];
  }
}
