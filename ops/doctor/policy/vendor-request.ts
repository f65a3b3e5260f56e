import { VENDOR_ACCOUNT_ID, VENDOR_EXTERNAL_ID } from '../../../contract/vendor-facts';
import { PUBLIC_ADDRESS, type Context, type PossibleValues } from './conditions';
import type { RolePrincipal } from './principals';

/** The role as it is known, and where the bucket is. */
export interface RequestingRole extends RolePrincipal {
  /** Tags of the role; undefined when they are not known. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Undefined when it is not known. */
  readonly bucketRegion: string | undefined;
}

type Values = Readonly<Record<string, PossibleValues>>;

const ABSENT: PossibleValues = [undefined];

/** The vendor's own networks are none of ours; whether it goes through one is unknown. */
const FROM_THE_INTERNET: Values = {
  'aws:sourceip': [undefined, PUBLIC_ADDRESS],
  'aws:sourcevpc': [undefined, 'a VPC of somebody else'],
  'aws:sourcevpce': [undefined, 'an endpoint of somebody else'],
  'aws:vpcsourceip': [undefined, 'an address of somebody else'],
};

/** A program, and no service of AWS that works on behalf of one. */
const BY_A_PROGRAM: Values = {
  'aws:securetransport': ['true'],
  'aws:principalisawsservice': ['false'],
  'aws:viaawsservice': ['false'],
  // Nobody shows a device to a program. Whether AWS then says false or nothing is not said of every session.
  'aws:multifactorauthpresent': ['false', undefined],
  'aws:multifactorauthage': ABSENT,
  'aws:sourcearn': ABSENT,
  'aws:sourceaccount': ABSENT,
  'aws:sourceorgid': ABSENT,
  'aws:principalservicename': ABSENT,
};

/** Headers that the vendor does not send, or could not: the role may set no ACL, tag or lock. */
const NOT_SENT = [
  /^s3:x-amz-server-side-encryption/,
  /^s3:x-amz-(?:acl$|grant-)/,
  /^s3:x-amz-(?:copy-source|metadata-directive|website-redirect-location)$/,
  /^s3:object-lock-/,
  /^s3:requestobjecttag/,
  /^s3:existingobjecttag\//,
  // It is told the bucket's name, and knows of no access point.
  /^s3:(?:dataaccesspoint(?:arn|account)|accesspointnetworkorigin)$/,
];

const TAG = 'aws:principaltag/';

/** What every policy can know of the role's session. */
function bySession({ arn, account, id, tags }: RequestingRole): Context {
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

/** An upload by the vendor, as the bucket's policy sees it. */
export function uploadContext(role: RequestingRole): Context {
  const { account, bucketRegion } = role;
  const session = bySession(role);
  const values: Values = {
    ...FROM_THE_INTERNET,
    ...BY_A_PROGRAM,
    // S3 takes nothing older.
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

/** The same upload, as the policy of the bucket's key sees it: S3 asks for the key on behalf of the role. */
export function keyContext(role: RequestingRole, region: string): Context {
  const session = bySession(role);
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

/** The vendor's call that assumes the role, as the role's trust sees it. */
export const assumeRoleContext: Context = (() => {
  const values: Values = {
    ...FROM_THE_INTERNET,
    ...BY_A_PROGRAM,
    'sts:externalid': [VENDOR_EXTERNAL_ID],
    'aws:principalaccount': [VENDOR_ACCOUNT_ID],
  };
  return (key) => values[key];
})();
