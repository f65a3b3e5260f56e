import type { RoleAction } from '../vendor';
import { CloudRefusal, type BucketDescription } from './cloud';

/** A call of the storage writer that AWS refused, with the right that it needed. */
export class ActionRefused extends Error {
  constructor(
    readonly action: RoleAction,
    readonly refusal: CloudRefusal,
  ) {
    super(`${action} was refused (${refusal.code})`, { cause: refusal });
    this.name = 'ActionRefused';
  }
}

/** Does one call and remembers which of the eight rights it stands for. */
export async function withAction<T>(action: RoleAction, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof CloudRefusal ? new ActionRefused(action, error) : error;
  }
}

/**
 * Fails as S3 does when a request goes to another region than the bucket's.
 *
 * Enforced by the simulator, because an emulator serves every region from one place. Real S3 answers a
 * request at the wrong regional endpoint with 301 PermanentRedirect, and a signature for another region with
 * 400 AuthorizationHeaderMalformed; either way nothing is written.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function requireSameRegion(bucket: BucketDescription | undefined, configuredRegion: string): void {
  if (bucket === undefined || bucket.region === configuredRegion) return;
  throw new WrongRegion(bucket.region, configuredRegion);
}

class WrongRegion extends ActionRefused {
  constructor(
    readonly actual: string,
    readonly configured: string,
  ) {
    super('s3:ListBucket', new CloudRefusal('PermanentRedirect', 'The bucket is in another region.'));
    this.name = 'WrongRegion';
  }
}

/**
 * The plain-words cause of a recording that did not land: what the vendor does not tell.
 *
 * AWS's own message is not repeated, because it names ARNs; only a KMS action is taken out of it.
 */
export function explainFailure(error: unknown, bucket: BucketDescription | undefined): string {
  if (!(error instanceof ActionRefused)) return 'The storage writer could not reach AWS, or AWS failed.';
  if (error instanceof WrongRegion) {
    return `The bucket is in ${error.actual}, the request said ${error.configured}: S3 refuses (${error.refusal.code}).`;
  }
  const { code, message } = error.refusal;
  if (code === 'NoSuchBucket') return 'There is no bucket of that name (NoSuchBucket).';
  if (bucket === undefined) {
    return `${error.action} was refused: ${code}. The role's account has no bucket of that name.`;
  }
  const [kmsAction] = /kms:[A-Za-z*]+/.exec(message) ?? [];
  if (kmsAction !== undefined || (bucket.kms && error.action === 's3:PutObject')) {
    const named = kmsAction === undefined ? '' : ` (AWS named ${kmsAction})`;
    return `${error.action} was refused: ${code}${named}. The bucket encrypts with a KMS key, so the role also needs kms:GenerateDataKey and kms:Decrypt on that key.`;
  }
  return `${error.action} was refused: ${code}. The role's permissions or the bucket policy do not allow it.`;
}
