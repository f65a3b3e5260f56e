/**
 * The vendor's facts, for the simulator only.
 *
 * They are also in `contract/`. The simulator does not import them from there: a wrong value in one place then
 * fails a test. Sources: docs.tavus.io (conversation recordings, API reference, read 22 Nov 2026), docs.daily.co
 * (custom S3 storage), and Daily's CDK app in daily-co/daily-recordings-bucket @89e0a60.
 */

/** The AWS account that assumes the role and writes the recordings. It belongs to Daily, which runs Tavus's rooms. */
export const VENDOR_ACCOUNT = '291871421005';

/** `sts:ExternalId` in the role's trust policy: Tavus's subdomain at Daily, the same for every customer. */
export const EXTERNAL_ID = 'tavus';

/**
 * The session duration that the vendor requests: 12 hours. With AWS's default of one hour in the role, a
 * conversation cannot be created.
 */
export const SESSION_SEC = 43_200;

/** The actions that the vendor requires for the role. The simulator calls no others: no delete, no ACL, no KMS. */
export const ROLE_ACTIONS = [
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:ListBucketVersions',
  's3:ListMultipartUploadParts',
  's3:PutObject',
] as const;

export type RoleAction = (typeof ROLE_ACTIONS)[number];

/** Prefix of all keys of one conversation. For S3 it cannot be configured. */
export function keyPrefix(conversationId: string): string {
  return `tavus/${conversationId}/`;
}

/** Key of one recording. Ends in its start time, without an extension although the content is MP4. */
export function recordingKey(conversationId: string, epochMs: number): string {
  return `${keyPrefix(conversationId)}${epochMs}`;
}

/** Texts of error responses. Documented, unless marked as observed (in public code of users). */
export const TEXT = {
  badKey: 'Invalid access token',
  generic: 'There was an error creating the conversation, please reach out to support at support@tavus.io!',
  role: 'unable to assume role with given parameters',
  conversation: 'Invalid conversation_id',
  /** observed */
  outOfCredits: 'The user is out of conversational credits',
  /** observed */
  concurrency: 'User has reached maximum concurrent conversations',
  /** documented by Daily */
  notAllowed: 'You are not allowed to join this meeting.',
} as const;
