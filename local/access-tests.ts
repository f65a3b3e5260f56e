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
import { clientOptions, rootOf, type Credentials } from './aws/clients';
import type { Emulator } from './aws/emulator';
import { check, type ReportCheck } from './checks';

/** The account that writes the recordings, and what it says when it assumes the role. */
const VENDOR = {
  account: VENDOR_ACCOUNT_ID,
  externalId: VENDOR_EXTERNAL_ID,
  seconds: VENDOR_SESSION_SECONDS,
};
const A_STRANGER = '999988887777';

/** What the access tests need to know of the deployment. */
interface AccessTarget {
  readonly emulator: Emulator;
  readonly bucketName: string;
  readonly roleArn: string;
  /** A bucket of the same account that is none of the role's business. */
  readonly otherBucket: string;
}

interface Assumption {
  readonly account: string;
  readonly externalId?: string;
  readonly seconds: number;
}

/** Tries the deployed role and bucket as the vendor, and as those who must be refused. */
export async function testAccess(target: AccessTarget): Promise<ReportCheck[]> {
  const session = await assume(target, VENDOR);
  return [
    await trustCheck(target, 'assume-as-vendor', 'role: assumed as Tavus does, for 12 h', 'allowed', VENDOR),
    await trustCheck(target, 'assume-longer', 'role: for a second longer', 'refused', {
      ...VENDOR,
      seconds: VENDOR.seconds + 1,
    }),
    await trustCheck(target, 'assume-wrong-id', 'role: ExternalId TAVUS', 'refused', {
      ...VENDOR,
      externalId: 'TAVUS',
    }),
    await trustCheck(target, 'assume-no-id', 'role: without ExternalId', 'refused', {
      account: VENDOR.account,
      seconds: VENDOR.seconds,
    }),
    await trustCheck(target, 'assume-stranger', 'role: from another account', 'refused', {
      ...VENDOR,
      account: A_STRANGER,
    }),
    ...(await sessionChecks(target, session)),
  ];
}

async function assume(
  { emulator, roleArn }: AccessTarget,
  { account, externalId, seconds }: Assumption,
): Promise<Credentials | undefined> {
  const sts = new STSClient(clientOptions(emulator, rootOf(emulator, account)));
  try {
    const { Credentials: found } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'laptop-probe',
        DurationSeconds: seconds,
        ...defined({ ExternalId: externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = found ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined)
      return undefined;
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  } catch (error) {
    if (isAnswer(error)) return undefined;
    throw error;
  } finally {
    sts.destroy();
  }
}

async function trustCheck(
  target: AccessTarget,
  id: string,
  checked: string,
  expected: string,
  as: Assumption,
): Promise<ReportCheck> {
  const found = (await assume(target, as)) === undefined ? 'refused' : 'allowed';
  return check('emulator', id, checked, expected, found);
}

/** What a session of the role may not do, tried with one that was really assumed. */
async function sessionChecks(
  { emulator, bucketName, otherBucket }: AccessTarget,
  session: Credentials | undefined,
): Promise<ReportCheck[]> {
  const object = { Bucket: bucketName, Key: 'tavus/laptop-probe/0' };
  const attempts: readonly (readonly [string, string, (s3: S3Client) => Promise<unknown>, boolean])[] = [
    [
      'session-delete',
      'session: delete a recording',
      (s3) => s3.send(new DeleteObjectCommand(object)),
      false,
    ],
    [
      'session-policy',
      'session: change the bucket policy',
      (s3) => s3.send(new PutBucketPolicyCommand({ Bucket: bucketName, Policy: '{}' })),
      false,
    ],
    [
      'session-other-bucket',
      'session: write into another bucket',
      (s3) => s3.send(new PutObjectCommand({ Bucket: otherBucket, Key: 'x', Body: 'x' })),
      false,
    ],
    ['session-plain-http', 'session: read without TLS', (s3) => s3.send(new GetObjectCommand(object)), true],
  ];
  return Promise.all(
    attempts.map(async ([id, checked, attempt, plain]) => {
      const found =
        session === undefined
          ? 'no session to try it with'
          : await refusal(emulator, session, plain, attempt);
      return check('emulator', id, checked, 'AccessDenied', found);
    }),
  );
}

async function refusal(
  emulator: Emulator,
  session: Credentials,
  plain: boolean,
  attempt: (s3: S3Client) => Promise<unknown>,
): Promise<string> {
  const s3 = new S3Client(clientOptions(emulator, session, { plain }));
  try {
    await attempt(s3);
    return 'allowed';
  } catch (error) {
    if (isAnswer(error)) return error.name;
    throw error;
  } finally {
    s3.destroy();
  }
}

/** Whether AWS answered, as opposed to not being there. */
export const isAnswer = (error: unknown): error is Error =>
  error instanceof Error && '$metadata' in error && '$fault' in error;
