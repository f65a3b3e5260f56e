import { USUAL_KEY_POLICY } from '../../deployed';
import { parsePolicy, type PolicyDocument, TARGET } from '../../template';

/**
 * The trust policy of a bootstrap's role in CLI 2.1148.1: the whole account, except callers with an external id. So the
 * caller's own policy decides.
 */
export const ACCOUNT_TRUST = parsePolicy({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${TARGET.account}:root` },
      Action: 'sts:AssumeRole',
      Condition: { Null: { 'sts:ExternalId': 'true' } },
    },
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${TARGET.account}:root` },
      Action: 'sts:TagSession',
    },
  ],
});

/** The resource policy, if AWS requires one in addition to the caller's: it leaves the decision to the caller's policy. */
export function standingPolicy(action: string, resource: string): PolicyDocument | undefined {
  if (action.startsWith('sts:')) return ACCOUNT_TRUST;
  return resource.includes(':key/') ? USUAL_KEY_POLICY : undefined;
}
