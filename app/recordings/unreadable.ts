import { formatValue, problem } from '../../contract/problem';
import { BucketUnreadable, type UnreadableReason } from './bucket';

const WHY = 'Whether recordings are there is not known until it can be read.';

const SENTENCES: Readonly<Record<UnreadableReason, { readonly wrong: string; readonly fix: string }>> = {
  'no-token': {
    wrong: 'cannot be read because there are no credentials for it',
    fix: 'Run `npx recordings doctor`: it checks the identity, and what it may ask for.',
  },
  'role-refused': {
    wrong: 'cannot be read because AWS refuses the role that reads it',
    fix: 'Run `npx recordings doctor`: it checks the identity provider and the trust of the role.',
  },
  denied: {
    wrong: 'cannot be read because AWS denies it',
    fix: 'Run `npx recordings doctor`: it checks the rights of the role, the key, and the account of the bucket.',
  },
  'no-bucket': {
    wrong: 'cannot be read because it is not in this region',
    fix: 'Check TAVUS_RECORDING_S3_BUCKET_NAME and TAVUS_RECORDING_S3_BUCKET_REGION, or run `npx cdk deploy`.',
  },
  unreachable: {
    wrong: 'cannot be read because AWS gave no answer that can be used',
    fix: 'It is tried again. If it stays so, check DNS, firewall and proxy.',
  },
};

/**
 * The error of a request that was not answered.
 *
 * @param said AWS's own words, or Azure's
 */
export function unreadable(
  reason: UnreadableReason,
  bucket: string,
  said: string,
  options?: ErrorOptions,
): BucketUnreadable {
  const parts = { name: `Bucket ${bucket}`, got: formatValue(said), why: WHY, ...SENTENCES[reason] };
  return new BucketUnreadable(reason, problem(parts), options);
}
