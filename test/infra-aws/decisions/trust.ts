import type { DeployedPolicies } from '../deployed';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../simulate';
import { TARGET } from '../template';
import { administratorOf, ANONYMOUS, OTHER_ACCOUNT, VENDOR_ACCOUNT } from './callers';

/** Who may assume the role, and how. */
export function ciIdentityDecisions(deployed: DeployedPolicies): Decision[] {
  const assume = (
    name: string,
    expected: SimulatedOutcome,
    caller: Pick<SimulatedRequest, 'principal' | 'identity'>,
    context: SimulatedRequest['context'],
    action = 'sts:AssumeRole',
  ): Decision => ({
    name: `trust: ${name}`,
    expected,
    requests: [{ ...caller, action, resource: deployed.roleArn, resourcePolicy: deployed.trust, context }],
  });
  const vendor = administratorOf(VENDOR_ACCOUNT);
  const right = { 'sts:ExternalId': 'tavus' };
  return [
    assume('the vendor with its external id', 'allowed', vendor, right),
    assume(
      'another role of the vendor',
      'allowed',
      { ...vendor, principal: `arn:aws:iam::${VENDOR_ACCOUNT}:role/x` },
      right,
    ),
    assume('the vendor with another id', 'denied', vendor, { 'sts:ExternalId': 'acme' }),
    assume('the vendor with a longer id', 'denied', vendor, { 'sts:ExternalId': 'tavusx' }),
    assume('the vendor with an empty id', 'denied', vendor, { 'sts:ExternalId': '' }),
    assume('the vendor with the id in capitals', 'denied', vendor, { 'sts:ExternalId': 'Tavus' }),
    assume('the vendor without an id', 'denied', vendor, {}),
    assume('another account with the right id', 'denied', administratorOf(OTHER_ACCOUNT), right),
    assume('another account without an id', 'denied', administratorOf(OTHER_ACCOUNT), {}),
    assume('our own account with the right id', 'denied', administratorOf(TARGET.account), right),
    assume('our own account without an id', 'denied', administratorOf(TARGET.account), {}),
    assume('an anonymous caller with the right id', 'denied', ANONYMOUS, right),
    assume('an anonymous caller without an id', 'denied', ANONYMOUS, {}),
    assume('an AWS service', 'denied', { principal: 'ec2.amazonaws.com', identity: [] }, right),
    ...['sts:TagSession', 'sts:SetSourceIdentity'].map((action) =>
      assume(`the vendor by ${action}`, 'denied', vendor, {}, action),
    ),
  ];
}
