import type { BucketLocation } from '../config';
import { factOf, type Fact } from '../ledger/facts';
import type { KnownRecording } from '../ledger/recordings';

/** Why a recording has no link; undefined when operators can get one. */
export function noLinkReason(
  facts: readonly Fact[],
  { whereabouts }: Pick<KnownRecording, 'whereabouts'>,
  access: BucketLocation | undefined,
): string | undefined {
  if (factOf(facts, 'erased') !== undefined) return 'It was erased.';
  if (access === undefined) {
    return 'This backend cannot read the bucket. Set RECORDINGS_ACCESS, see docs/settings.md.';
  }
  const bucket = factOf(facts, 'expected')?.storage?.bucket;
  if (bucket !== undefined && bucket !== access.bucket) {
    return `It is in the bucket ${bucket}, but this backend can only read ${access.bucket}. Open it with the backend of that bucket.`;
  }
  return whereabouts === 'expired' ? 'The bucket deleted it on its expiry date.' : undefined;
}
