import { VENDOR_ACCOUNT_ID, VENDOR_EXTERNAL_ID } from '../../../contract/vendor-facts';
import { PUBLIC_ADDRESS, type RequestContext, type PossibleValues } from './conditions';
import type { RolePrincipal } from './principals';

/** The role that makes requests, and the region of the bucket. */
export interface RequestingRole extends RolePrincipal {
  /** Undefined when unknown. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Undefined when it is not known. */
  readonly bucketRegion: string | undefined;
}

type Values = Readonly<Record<string, PossibleValues>>;

const ABSENT: PossibleValues = [undefined];

/** Tavus may connect through the internet or through its own VPC. */
const FROM_THE_INTERNET: Values = {
  'aws:sourceip': [undefined, PUBLIC_ADDRESS],
  'aws:sourcevpc': [undefined, 'a foreign VPC'],
  'aws:sourcevpce': [undefined, 'a foreign VPC endpoint'],
  'aws:vpcsourceip': [undefined, 'a foreign VPC address'],
};

/** Requests by a program, not by an AWS service on its behalf. */
const DIRECT_REQUEST: Values = {
  'aws:securetransport': ['true'],
  'aws:principalisawsservice': ['false'],
  'aws:viaawsservice': ['false'],
  // No MFA device is used. For some sessions AWS sets false, for others it leaves the key out.
  'aws:multifactorauthpresent': ['false', undefined],
  'aws:multifactorauthage': ABSENT,
  'aws:sourcearn': ABSENT,
  'aws:sourceaccount': ABSENT,
  'aws:sourceorgid': ABSENT,
  'aws:principalservicename': ABSENT,
};

/** Headers that Tavus does not send, or may not: the role cannot set ACLs, tags or locks. */
const NOT_SENT = [
  /^s3:x-amz-server-side-encryption/,
  /^s3:x-amz-(?:acl$|grant-)/,
  /^s3:x-amz-(?:copy-source|metadata-directive|website-redirect-location)$/,
  /^s3:object-lock-/,
  /^s3:requestobjecttag/,
  /^s3:existingobjecttag\//,
  // Tavus gets the name of the bucket, not an access point.
  /^s3:(?:dataaccesspoint(?:arn|account)|accesspointnetworkorigin)$/,
];

const TAG = 'aws:principaltag/';

/** Condition values of the role's session. */
function sessionContext({ arn, account, id, tags }: RequestingRole): RequestContext {
  const values: Values = {
    'aws:principalarn': [arn],
    'aws:principalaccount': [account],
    'aws:principaltype': ['AssumedRole'],
    'aws:username': ABSENT,
    ...(id === undefined ? {} : { 'aws:userid': [`${id}:a session`] }),
  };
  const byTag = Object.fromEntries(
    Object.entries(tags ?? {}).map(([name, value]) => [`${TAG}${name}`.toLowerCase(), [value]]),
  );
  return (key) =>
    values[key] ?? (tags !== undefined && key.startsWith(TAG) ? (byTag[key] ?? ABSENT) : undefined);
}

/** Condition values of an upload, for the bucket policy. */
export function uploadContext(role: RequestingRole): RequestContext {
  const { account, bucketRegion } = role;
  const session = sessionContext(role);
  const values: Values = {
    ...FROM_THE_INTERNET,
    ...DIRECT_REQUEST,
    // S3 accepts nothing older.
    's3:tlsversion': ['1.2', '1.3'],
    'aws:resourceaccount': [account],
    's3:resourceaccount': [account],
    ...(bucketRegion === undefined ? {} : { 'aws:requestedregion': [bucketRegion] }),
  };
  return (key) =>
    values[key] ??
    session(key) ??
    (key.startsWith('kms:') || NOT_SENT.some((pattern) => pattern.test(key)) ? ABSENT : undefined);
}

/** Condition values of the same upload, for the key policy: S3 uses the key on behalf of the role. */
export function keyContext(role: RequestingRole, region: string): RequestContext {
  const session = sessionContext(role);
  const values: Values = {
    'aws:securetransport': ['true'],
    'aws:viaawsservice': ['true'],
    'aws:requestedregion': [region],
    'aws:principalisawsservice': ['false'],
    'kms:viaservice': [`s3.${region}.amazonaws.com`],
    'kms:calleraccount': [role.account],
  };
  return (key) => values[key] ?? session(key) ?? (key.startsWith('s3:') ? ABSENT : undefined);
}

/** Condition values of Tavus's AssumeRole call, for the trust policy. */
export const assumeRoleContext: RequestContext = (() => {
  const values: Values = {
    ...FROM_THE_INTERNET,
    ...DIRECT_REQUEST,
    'sts:externalid': [VENDOR_EXTERNAL_ID],
    'aws:principalaccount': [VENDOR_ACCOUNT_ID],
  };
  return (key) => values[key];
})();
