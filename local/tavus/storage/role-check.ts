import { EXTERNAL_ID, SESSION_SEC } from '../vendor';
import { CloudRefusal, parseRoleArn, type SimulatorCloud, type CloudCredentials } from './cloud';
import { roleProblem } from './role-problem';

/** A session for the vendor, or the plain-words cause that the vendor itself would keep to itself. */
export type RoleCheck =
  | { readonly ok: true; readonly session: CloudCredentials }
  | { readonly ok: false; readonly sentence: string };

/**
 * Judges the role as the vendor does when a conversation is created, and takes the session it would work with.
 *
 * It reads the role first, with the rights of the customer's own account. The real vendor cannot do that: it
 * only learns that AssumeRole failed. Here it makes the judgement independent of how well an emulator
 * enforces trust, and gives the cause a name. S3 rights, bucket, region and KMS are not looked at: with
 * the real vendor they fail later, in silence.
 */
export async function checkRole(
  cloud: SimulatorCloud,
  roleArn: string,
  externalId = EXTERNAL_ID,
): Promise<RoleCheck> {
  if (parseRoleArn(roleArn) === undefined) {
    return { ok: false, sentence: 'aws_assume_role_arn is no ARN of an IAM role in partition aws.' };
  }
  try {
    const sentence = roleProblem(await cloud.getRole(roleArn), externalId);
    if (sentence !== undefined) return { ok: false, sentence };
    const session = await cloud.assumeRole({ roleArn, externalId, durationSec: SESSION_SEC });
    return { ok: true, session };
  } catch (error) {
    if (!(error instanceof CloudRefusal)) throw error;
    const missing = error.code.startsWith('NoSuchEntity');
    return {
      ok: false,
      sentence: missing
        ? 'There is no such role in that account.'
        : `The role reads as it should, yet AWS refused sts:AssumeRole for ${SESSION_SEC} s (${error.code}).`,
    };
  }
}
