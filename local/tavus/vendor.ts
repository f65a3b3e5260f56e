/**
 * What the vendor does, restated for the simulator alone.
 *
 * It does not import `contract` on purpose: the same fact is written down twice, so that one mistake
 * cannot hide in both. Sources: docs.tavus.io (conversation recordings, API reference, read 22 Nov 2026) and
 * docs.daily.co (custom S3 storage), Daily's own CDK in daily-co/daily-recordings-bucket @89e0a60.
 */

/** AWS account that writes the recordings. It belongs to Daily.co, which runs the rooms for Tavus. */
export const VENDOR_ACCOUNT = '291871421005';

/** Condition value the role's trust must ask for: Tavus's Daily subdomain, the same for every customer. */
export const EXTERNAL_ID = 'tavus';

/** Length of the session that is asked for. A role left at the one-hour default is refused at creation. */
export const SESSION_SEC = 43_200;

/** The actions the vendor lists for the role. Nothing else is used: no delete, no ACL, no KMS call of its own. */
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

/** Everything of one conversation lies below this. The prefix is the vendor's and cannot be configured for S3. */
export function keyPrefix(conversationId: string): string {
  return `tavus/${conversationId}/`;
}

/** Key of one recording: epoch milliseconds at its start, no extension although the content is MP4. */
export function recordingKey(conversationId: string, epochMs: number): string {
  return `${keyPrefix(conversationId)}${epochMs}`;
}

/** Texts of refusals. Documented unless marked otherwise (observed = in public code of users). */
export const TEXT = {
  badKey: 'Invalid access token',
  generic: 'There was an error creating the conversation, please reach out to support at support@tavus.io!',
  role: 'unable to assume role with given parameters',
  conversation: 'Invalid conversation_id',
  /** observed */
  outOfCredits: 'The user is out of conversational credits',
  /** observed */
  concurrency: 'User has reached maximum concurrent conversations',
  /** documented for Daily rooms */
  notAllowed: 'You are not allowed to join this meeting.',
} as const;
