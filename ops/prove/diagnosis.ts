import { givenText } from '../../contract/read-settings';
import { awsClients } from '../aws/clients';
import type { CliContext } from '../cli-context';
import { collectResults } from '../doctor/doctor';
import { messageOf } from './steps';

/** A check of the doctor that fails. */
export interface FailingCheck {
  readonly id: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
}

/** Which of the backend's settings has to be at hand for the doctor to say something about the backend. */
const DOCTOR_SETTINGS = ['TAVUS_API_KEY', 'TAVUS_RECORDING_S3_BUCKET_NAME'];

/** The doctor's failing checks, where the settings are at hand; otherwise none. */
export async function failingChecks(
  envFile: string | undefined,
  context: CliContext,
  connect: typeof awsClients = awsClients,
): Promise<readonly FailingCheck[]> {
  if (!DOCTOR_SETTINGS.some((name) => givenText(context.env[name]) !== undefined)) return [];
  context.stderr.write('The doctor looks for the reason ...\n');
  try {
    const lines = await collectResults(
      { envFile, handOver: undefined, createTestConversation: false },
      context,
      connect,
    );
    return lines
      .filter(({ status }) => status === 'fail')
      .map(({ id, found, expected, fix = '' }) => ({ id, found, expected, fix }));
  } catch (error) {
    context.stderr.write(`The doctor could not look: ${messageOf(error)}\n`);
    return [];
  }
}
