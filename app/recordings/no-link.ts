import type { BucketPlace } from '../config';
import { factOf, type Fact } from '../ledger/facts';
import type { KnownRecording } from '../ledger/recordings';

/** Why nobody gets a link to a recording; undefined: whoever may look at recordings gets one. */
export function noLinkReason(
  facts: readonly Fact[],
  { whereabouts }: Pick<KnownRecording, 'whereabouts'>,
  access: BucketPlace | undefined,
): string | undefined {
  if (factOf(facts, 'erased') !== undefined) return 'It was erased.';
  if (access === undefined) {
    return 'This backend may not look into the bucket. Set RECORDINGS_ACCESS, see docs/settings.md.';
  }
  const bucket = factOf(facts, 'expected')?.storage?.bucket;
  if (bucket !== undefined && bucket !== access.bucket) {
    return `It lies in the bucket ${bucket}, and this backend may look into ${access.bucket} only. Open it with the backend of that bucket.`;
  }
  return whereabouts === 'expired' ? 'The bucket deleted it on its day.' : undefined;
}
