import { Refused } from './refused';
import type { BucketFacts } from './cloud';
import { WrongRegion } from './region';

/**
 * The plain-words cause of a recording that did not land: what the vendor does not tell.
 *
 * AWS's own message is not repeated, because it names ARNs; only a KMS action is taken out of it.
 */
export function sentenceFor(error: unknown, bucket: BucketFacts | undefined): string {
  if (!(error instanceof Refused)) return 'The storage writer could not reach AWS, or AWS failed.';
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
