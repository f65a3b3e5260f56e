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
import { clientOptions, rootOf } from './aws/clients';
import type { Emulator } from './aws/emulator';
import type { Enforcer, ReportCheck } from './checks';
import type { RequestValues } from './faults';
import type { Encryption } from './options';

/** What the report calls a check of the doctor, and who would notice here if it did not hold. */
const NAMES: Readonly<Record<string, readonly [checked: string, enforcedBy: Enforcer]>> = {
  'bucket-exists': ['recordings bucket: exists', 'emulator'],
  'bucket-region': ['request: region of the bucket', 'simulator'],
  'bucket-direct-region': ['recordings bucket: Tavus writes to its region', 'nobody here'],
  'bucket-encryption': ['recordings bucket: default encryption', 'emulator'],
  'bucket-versioning': ['recordings bucket: versioning', 'emulator'],
  'bucket-public-access': ['recordings bucket: Block Public Access', 'nobody here'],
  'account-public-access': ['account: Block Public Access', 'nobody here'],
  'bucket-tls': ['recordings bucket: policy, TLS', 'emulator'],
  'bucket-denials': ['recordings bucket: policy, denials', 'emulator'],
  'bucket-lifecycle': ['recordings bucket: lifecycle', 'nobody here'],
  'bucket-lock': ['recordings bucket: nothing keeps a recording from erasure', 'nobody here'],
  'bucket-replication': ['recordings bucket: no copies elsewhere', 'nobody here'],
  'bucket-ownership': ['recordings bucket: object ownership', 'nobody here'],
  'bucket-logging': ['recordings bucket: access log', 'nobody here'],
  'log-bucket': ['log bucket', 'nobody here'],
  'bucket-overwritten': ['recordings bucket: overwritten recordings', 'nobody here'],
  'bucket-other-content': ['recordings bucket: nothing but recordings', 'nobody here'],
  'role-exists': ['role: exists', 'emulator'],
  'role-trust': ['role: who may assume it, with which ExternalId', 'emulator'],
  'role-session': ['role: longest session', 'emulator'],
  'role-actions': ['role: what it may do', 'emulator'],
  'role-excess': ['role: what it may not do', 'emulator'],
  'key-enabled': ['key: enabled', 'emulator'],
  'key-grants': ['key: the role may use it', 'emulator'],
  'key-policy': ['key: policy', 'nobody here'],
  'reader-role': ['reader role: exists', 'emulator'],
  'reader-audience': ['reader role: audience that the backend asks for', 'emulator'],
  'reader-provider': ['reader role: identity provider of the tenant', 'emulator'],
  'reader-trust': ['reader role: whose tokens it takes', 'emulator'],
  'reader-session': ['reader role: longest session', 'emulator'],
  'reader-actions': ['reader role: what it may do', 'emulator'],
  'reader-denials': ['reader role: no denial in the bucket', 'emulator'],
  'reader-excess': ['reader role: what it may not do', 'emulator'],
  'holds-bucket': ['bucket for holds', 'nobody here'],
};

/** The emulator does not have the account's own settings of S3. */
const NOT_IN_THE_EMULATOR: ReadonlySet<string> = new Set(['account-public-access']);

/**
 * Has `recordings doctor` look at the deployed bucket, role and key. What it only warns of fails here: the stack is ours,
 * and nothing may be missing from it.
 * @param request what the backend would send to Tavus
 */
export async function checkDeployment(
  emulator: Emulator,
  request: RequestValues,
  encryption: Encryption,
): Promise<ReportCheck[]> {
  const lines = await askDoctor(emulator, {
    TAVUS_RECORDING_S3_BUCKET_NAME: request.bucketName,
    TAVUS_RECORDING_S3_BUCKET_REGION: request.bucketRegion,
    TAVUS_AWS_ASSUME_ROLE_ARN: request.roleArn,
  });
  return lines
    .filter(
      ({ topic }) => topic === 'bucket' || topic === 'role' || (topic === 'key' && encryption === 'kms'),
    )
    .map(reportCheck);
}

/**
 * The same of the role by which the backend reads the bucket, of all that leads to it, and of the bucket for holds.
 * @param env settings of the backend
 * @param handOverFile has the cdk.json that was deployed beside it
 */
export async function checkReader(
  emulator: Emulator,
  env: NodeJS.ProcessEnv,
  handOverFile: string,
): Promise<ReportCheck[]> {
  const lines = await askDoctor(emulator, env, { file: handOverFile, environment: LAPTOP_ENVIRONMENT });
  return lines.filter(({ topic }) => topic === 'reader').map(reportCheck);
}

const askDoctor = (
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
  const name = NAMES[id];
  if (name === undefined) throw new Error(`${id}: the report has no words for this check of the doctor.`);
  const [checked, enforcedBy] = name;
  const isSkipped = status === 'unknown' && NOT_IN_THE_EMULATOR.has(id);
  return {
    id,
    checked,
    expected,
    found: isSkipped ? 'the emulator has no such setting' : found,
    enforcedBy,
    state: isSkipped ? 'skipped' : status === 'ok' ? 'passed' : 'failed',
  };
}

/** The doctor's clients, with the rights of the account's owner. */
function ownerClients(emulator: Emulator): AwsClients {
  const options = clientOptions(emulator, rootOf(emulator, emulator.account));
  const s3 = new S3Client(options);
  const iam = new IAMClient(options);
  const sts = new STSClient(options);
  const kms = new KMSClient(options);
  const account = new S3Client(options);
  const cloudFormation = new CloudFormationClient(options);
  return {
    s3,
    iam,
    sts,
    kms: () => kms,
    cloudFormation: () => cloudFormation,
    s3At: () => account,
    close: () => [s3, iam, sts, kms, account, cloudFormation].forEach((client) => client.destroy()),
  };
}
