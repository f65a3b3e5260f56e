import { formatValue, problem } from '../../contract/problem';
import { BucketUnreadable, type UnreadableReason } from './bucket';

const WHY = 'Until it can be read, the backend cannot check recordings.';

const SENTENCES: Readonly<Record<UnreadableReason, { readonly wrong: string; readonly fix: string }>> = {
  'no-token': {
    wrong: 'cannot be read because there are no credentials for it',
    fix: 'Run `npx recordings doctor`: it checks the identity and its permissions.',
  },
  'role-refused': {
    wrong: 'cannot be read because AWS refuses the role that reads it',
    fix: "Run `npx recordings doctor`: it checks the identity provider and the role's trust policy.",
  },
  denied: {
    wrong: 'cannot be read because AWS denies it',
    fix: "Run `npx recordings doctor`: it checks the role's permissions, the key, and the bucket's account.",
  },
  'no-bucket': {
    wrong: 'cannot be read because it is not in this region',
    fix: 'Check TAVUS_RECORDING_S3_BUCKET_NAME and TAVUS_RECORDING_S3_BUCKET_REGION, or run `npx cdk deploy`.',
  },
  unreachable: {
    wrong: 'cannot be read because AWS gave no usable answer',
    fix: 'The backend tries again. If the error persists, check DNS, firewall and proxy.',
  },
};

/**
 * The error of a failed request.
 *
 * @param got message of AWS or Azure
 */
export function unreadable(
  reason: UnreadableReason,
  bucket: string,
  got: string,
  options?: ErrorOptions,
): BucketUnreadable {
  const parts = { name: `Bucket ${bucket}`, got: formatValue(got), why: WHY, ...SENTENCES[reason] };
  return new BucketUnreadable(reason, problem(parts), options);
}
