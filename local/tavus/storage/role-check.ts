import { EXTERNAL_ID, SESSION_SEC } from '../vendor';
import { CloudRefusal, parseRoleArn, type SimulatorCloud, type CloudCredentials } from './cloud';
import { roleProblem } from './role-problem';

/** A session for the vendor, or the cause of the failure, which the real vendor does not report. */
export type RoleCheck =
  | { readonly ok: true; readonly session: CloudCredentials }
  | { readonly ok: false; readonly sentence: string };

/**
 * Checks the role as the vendor does at creation, and opens a session.
 *
 * First reads the role from the customer's account. The real vendor cannot do that and only sees that AssumeRole
 * failed. Here it gives the cause, even if the emulator does not enforce trust policies. Does not check S3
 * permissions, bucket, region and KMS: with the real vendor they fail later, without an error.
 */
export async function checkRole(
  cloud: SimulatorCloud,
  roleArn: string,
  externalId = EXTERNAL_ID,
): Promise<RoleCheck> {
  if (parseRoleArn(roleArn) === undefined) {
    return { ok: false, sentence: 'aws_assume_role_arn is not the ARN of an IAM role in partition aws.' };
  }
  try {
    const sentence = roleProblem(await cloud.getRole(roleArn), externalId);
    if (sentence !== undefined) return { ok: false, sentence };
    const session = await cloud.assumeRole({ roleArn, externalId, durationSec: SESSION_SEC });
    return { ok: true, session };
  } catch (error) {
    if (!(error instanceof CloudRefusal)) throw error;
    const isMissing = error.code.startsWith('NoSuchEntity');
    return {
      ok: false,
      sentence: isMissing
        ? 'The role does not exist.'
        : `The role and its trust policy are correct, but AWS refused sts:AssumeRole for ${SESSION_SEC} s (${error.code}).`,
    };
  }
}
