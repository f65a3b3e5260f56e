import { USUAL_KEY_POLICY } from '../../deployed';
import { parsePolicy, type PolicyDocument, TARGET } from '../../template';

/**
 * The CI identity of a bootstrap's role as CLI 2.1148.1 makes it: the whole account, but nobody with an external id. So it is the
 * caller's own policy that says yes or no.
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

/** The policy of what is asked for, where AWS wants one beside the caller's: it leaves the decision to the caller's. */
export function standingPolicy(action: string, resource: string): PolicyDocument | undefined {
  if (action.startsWith('sts:')) return ACCOUNT_TRUST;
  return resource.includes(':key/') ? USUAL_KEY_POLICY : undefined;
}
