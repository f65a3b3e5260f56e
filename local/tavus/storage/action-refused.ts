import type { RoleAction } from '../vendor';
import { CloudRefusal, type BucketDescription } from './cloud';

/** AWS refused a call that needs `action`. */
export class ActionRefused extends Error {
  constructor(
    readonly action: RoleAction,
    readonly refusal: CloudRefusal,
  ) {
    super(`${action} was refused (${refusal.code})`, { cause: refusal });
    this.name = 'ActionRefused';
  }
}

/**
 * Runs one call that needs `action`.
 *
 * @throws ActionRefused if AWS refuses it.
 */
export async function withAction<T>(action: RoleAction, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof CloudRefusal ? new ActionRefused(action, error) : error;
  }
}

/**
 * Fails like S3 if the configured region is not the bucket's.
 *
 * The simulator checks this because an emulator serves all regions at one endpoint. S3 answers a request to the
 * wrong regional endpoint with 301 PermanentRedirect, and a signature for another region with 400
 * AuthorizationHeaderMalformed. In both cases nothing is written.
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
 * Returns why a recording was not delivered, which the vendor does not report.
 *
 * Does not repeat AWS's message, because it contains ARNs. Takes only the name of a KMS action from it.
 */
export function explainFailure(error: unknown, bucket: BucketDescription | undefined): string {
  if (!(error instanceof ActionRefused)) return 'AWS could not be reached, or failed.';
  if (error instanceof WrongRegion) {
    return `The bucket is in ${error.actual}, but the create request named ${error.configured} (${error.refusal.code}).`;
  }
  const { code, message } = error.refusal;
  if (code === 'NoSuchBucket') return 'The bucket does not exist (NoSuchBucket).';
  if (bucket === undefined) {
    return `${error.action} was refused: ${code}. The role's account has no bucket with that name.`;
  }
  const [kmsAction] = /kms:[A-Za-z*]+/.exec(message) ?? [];
  if (kmsAction !== undefined || (bucket.kms && error.action === 's3:PutObject')) {
    const missing = kmsAction === undefined ? '' : `, missing ${kmsAction}`;
    return `${error.action} was refused: ${code}${missing}. The bucket encrypts with a KMS key, so the role also needs kms:GenerateDataKey and kms:Decrypt on that key.`;
  }
  return `${error.action} was refused: ${code}. The role's permissions or the bucket policy do not allow it.`;
}
