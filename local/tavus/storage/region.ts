import { CloudRefusal, type BucketFacts } from './cloud';
import { Refused } from './refused';

/**
 * Fails as S3 does when a request goes to another region than the bucket's.
 *
 * Enforced by the simulator, because an emulator serves every region from one place. Real S3 answers a
 * request at the wrong regional endpoint with 301 PermanentRedirect, and a signature for another region with
 * 400 AuthorizationHeaderMalformed; either way nothing is written.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function requireSameRegion(bucket: BucketFacts | undefined, configuredRegion: string): void {
  if (bucket === undefined || bucket.region === configuredRegion) return;
  throw new WrongRegion(bucket.region, configuredRegion);
}

export class WrongRegion extends Refused {
  constructor(
    readonly actual: string,
    readonly configured: string,
  ) {
    super('s3:ListBucket', new CloudRefusal('PermanentRedirect', 'The bucket is in another region.'));
    this.name = 'WrongRegion';
  }
}
