import type { DeployedPolicies } from '../deployed';
import type { SimulatedRequest } from '../simulate';
import { type PolicyDocument, TARGET } from '../template';

/** Restated from Tavus's recordings page, not imported, so that one mistake cannot be in code and test. */
export const VENDOR_ACCOUNT = '291871421005';
export const OTHER_ACCOUNT = '999988887777';

/** An administrator's identity policy: everything is allowed. */
export const EVERYTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

type Caller = Pick<SimulatedRequest, 'principal' | 'identity'>;

/** A caller whose own account allows everything, so that only our policies can deny it. */
export const administratorOf = (account: string): Caller => ({
  principal: `arn:aws:iam::${account}:role/administrator`,
  identity: [EVERYTHING],
});

export const OUR_ADMINISTRATOR = administratorOf(TARGET.account);
export const COLLEAGUE: Caller = { principal: `arn:aws:iam::${TARGET.account}:role/colleague`, identity: [] };
export const ANONYMOUS: Caller = { principal: undefined, identity: [] };

/** The vendor, after it has assumed the role. */
export const vendorSession = (deployed: DeployedPolicies): Caller => ({
  principal: deployed.roleArn,
  identity: deployed.rolePolicies,
});

/** A connection as S3 sees it. */
export const HTTPS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.2' } as const;
export const HTTP = { 'aws:SecureTransport': 'false' } as const;
export const tls = (version: string): Record<string, string> => ({
  'aws:SecureTransport': 'true',
  's3:TlsVersion': version,
});

/** The vendor's key, and other keys. */
export const RECORDING = 'tavus/c123456789/1763900000000';
