import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { defined } from '../contract/defined';
import { VENDOR_ACCOUNT_ID, VENDOR_EXTERNAL_ID, VENDOR_SESSION_SECONDS } from '../contract/vendor-facts';
import { clientOptions, rootOf, type EmulatorCredentials } from './aws/clients';
import type { Emulator } from './aws/emulator';
import { check, type CheckId, type ReportCheck } from './checks';

/** How the account that writes the recordings assumes the role. */
const VENDOR = {
  account: VENDOR_ACCOUNT_ID,
  externalId: VENDOR_EXTERNAL_ID,
  seconds: VENDOR_SESSION_SECONDS,
};
const OTHER_ACCOUNT = '999988887777';

/** The deployed resources under test. */
interface AccessTarget {
  readonly emulator: Emulator;
  readonly bucketName: string;
  readonly roleArn: string;
  /** Another bucket of the same account, which the role must not write to. */
  readonly otherBucket: string;
}

interface Assumption {
  readonly account: string;
  readonly externalId?: string;
  readonly seconds: number;
}

/** Tries the deployed role and bucket as the vendor does, and in ways that AWS must refuse. */
export async function testAccess(target: AccessTarget): Promise<ReportCheck[]> {
  const session = await assume(target, VENDOR);
  return [
    check('assume-as-vendor', 'allowed', session === undefined ? 'refused' : 'allowed'),
    await refusedCheck(target, 'assume-longer', { ...VENDOR, seconds: VENDOR.seconds + 1 }),
    await refusedCheck(target, 'assume-wrong-id', { ...VENDOR, externalId: 'TAVUS' }),
    await refusedCheck(target, 'assume-no-id', { account: VENDOR.account, seconds: VENDOR.seconds }),
    await refusedCheck(target, 'assume-stranger', { ...VENDOR, account: OTHER_ACCOUNT }),
    ...(await sessionChecks(target, session)),
  ];
}

/** A session of the role; undefined when AWS refuses it. */
async function assume(
  { emulator, roleArn }: AccessTarget,
  { account, externalId, seconds }: Assumption,
): Promise<EmulatorCredentials | undefined> {
  const sts = new STSClient(clientOptions(emulator, rootOf(emulator, account)));
  try {
    const { Credentials: found } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'access-test',
        DurationSeconds: seconds,
        ...defined({ ExternalId: externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = found ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined)
      return undefined;
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  } catch (error) {
    if (isAwsError(error)) return undefined;
    throw error;
  } finally {
    sts.destroy();
  }
}

async function refusedCheck(target: AccessTarget, id: CheckId, as: Assumption): Promise<ReportCheck> {
  return check(id, 'refused', (await assume(target, as)) === undefined ? 'refused' : 'allowed');
}

/** Calls that a real session of the role must not be allowed to make. */
async function sessionChecks(
  { emulator, bucketName, otherBucket }: AccessTarget,
  session: EmulatorCredentials | undefined,
): Promise<ReportCheck[]> {
  const object = { Bucket: bucketName, Key: 'tavus/access-test/0' };
  const attempts: readonly (readonly [CheckId, (s3: S3Client) => Promise<unknown>, plain?: boolean])[] = [
    ['session-delete', (s3) => s3.send(new DeleteObjectCommand(object))],
    ['session-policy', (s3) => s3.send(new PutBucketPolicyCommand({ Bucket: bucketName, Policy: '{}' }))],
    [
      'session-other-bucket',
      (s3) => s3.send(new PutObjectCommand({ Bucket: otherBucket, Key: 'x', Body: 'x' })),
    ],
    ['session-plain-http', (s3) => s3.send(new GetObjectCommand(object)), true],
  ];
  return Promise.all(
    attempts.map(async ([id, attempt, plain = false]) => {
      const found =
        session === undefined
          ? 'no session to try it with'
          : await outcomeOf(emulator, session, attempt, plain);
      return check(id, 'AccessDenied', found);
    }),
  );
}

/** `allowed`, or the code with which S3 refuses the call. */
export async function outcomeOf(
  emulator: Emulator,
  session: EmulatorCredentials,
  attempt: (s3: S3Client) => Promise<unknown>,
  plain = false,
): Promise<string> {
  const s3 = new S3Client(clientOptions(emulator, session, { plain }));
  try {
    await attempt(s3);
    return 'allowed';
  } catch (error) {
    if (isAwsError(error)) return error.name;
    throw error;
  } finally {
    s3.destroy();
  }
}

/** Whether the error is an answer of AWS; otherwise AWS was not reached. */
export const isAwsError = (error: unknown): error is Error =>
  error instanceof Error && '$metadata' in error && '$fault' in error;
