import { BackupClient } from '@aws-sdk/client-backup';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsClients } from '../ops/aws/clients';
import { LAPTOP_ENVIRONMENT } from '../contract/hand-over';
import { collectResults } from '../ops/doctor/doctor';
import type { DoctorOptions } from '../ops/doctor/options';
import type { CheckResult } from '../ops/doctor/check-result';
import { rootClientOptions } from './aws/clients';
import type { Emulator } from './aws/emulator';
import { check, isCheckId, type ReportCheck } from './checks';
import type { RequestValues } from './faults';
import type { Encryption } from './options';

/** The emulator has no account-wide settings of S3. */
const NOT_EMULATED = 'account-public-access';

/**
 * Runs `recordings doctor` on the deployed bucket, role and key. Its warnings count as failures here, because the
 * project's own stack must give no reason for one.
 * @param request the values that the backend would send to Tavus
 */
export async function checkDeployment(
  emulator: Emulator,
  request: RequestValues,
  encryption: Encryption,
): Promise<ReportCheck[]> {
  const results = await runDoctor(emulator, {
    TAVUS_RECORDING_S3_BUCKET_NAME: request.bucketName,
    TAVUS_RECORDING_S3_BUCKET_REGION: request.bucketRegion,
    TAVUS_AWS_ASSUME_ROLE_ARN: request.roleArn,
  });
  return results
    .filter(
      ({ topic }) => topic === 'bucket' || topic === 'role' || (topic === 'key' && encryption === 'kms'),
    )
    .map(reportCheck);
}

/**
 * Runs the doctor on the reader role, its identity provider and the bucket for holds.
 * @param env settings of the backend
 * @param handOverFile the deployed cdk.json is in the same folder
 */
export async function checkReader(
  emulator: Emulator,
  env: NodeJS.ProcessEnv,
  handOverFile: string,
): Promise<ReportCheck[]> {
  const results = await runDoctor(emulator, env, { file: handOverFile, environment: LAPTOP_ENVIRONMENT });
  return results.filter(({ topic }) => topic === 'reader').map(reportCheck);
}

const runDoctor = (
  emulator: Emulator,
  env: NodeJS.ProcessEnv,
  handOver?: DoctorOptions['handOver'],
): Promise<readonly CheckResult[]> =>
  collectResults(
    { envFile: undefined, handOver, createTestConversation: false },
    { env, stderr: { write: () => undefined } },
    () => ownerClients(emulator),
  );

function reportCheck({ id, status, expected, found }: CheckResult): ReportCheck {
  if (!isCheckId(id)) throw new Error(`${id}: this check of the doctor is missing in local/checks.ts.`);
  if (status === 'unknown' && id === NOT_EMULATED) {
    return check(id, expected, 'the emulator has no such setting', 'skipped');
  }
  return check(id, expected, found, status === 'ok' ? 'passed' : 'failed');
}

/** The doctor's clients, with root credentials. */
function ownerClients(emulator: Emulator): AwsClients {
  const options = rootClientOptions(emulator);
  const s3 = new S3Client(options);
  const iam = new IAMClient(options);
  const sts = new STSClient(options);
  const backup = new BackupClient(options);
  const kms = new KMSClient(options);
  const account = new S3Client(options);
  const cloudFormation = new CloudFormationClient(options);
  return {
    s3,
    iam,
    sts,
    backup,
    kms: () => kms,
    cloudFormation: () => cloudFormation,
    s3At: () => account,
    close: () => [s3, iam, sts, backup, kms, account, cloudFormation].forEach((client) => client.destroy()),
  };
}
