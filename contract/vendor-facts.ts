/**
 * What Tavus (and Daily, which runs its recordings) requires of our AWS account. Each constant says who, why and
 * from where; a test restates the literals from the source, so that it finds a wrong one.
 *
 * Sources: Tavus recordings page, https://docs.tavus.io/sections/conversational-video-interface/quickstart/conversation-recordings
 * and Daily's own CDK stack, github.com/daily-co/daily-recordings-bucket at 89e0a60. Read 2026-11-22.
 */

/** AWS account of Daily.co, which assumes the role and writes the recording on behalf of Tavus. */
export const VENDOR_ACCOUNT_ID = '291871421005';

/**
 * External id that Daily sends when it assumes the role: Tavus's Daily subdomain, case-sensitive.
 * The same for every Tavus customer, so it keeps out other customers of Daily, not other customers of Tavus.
 */
export const VENDOR_EXTERNAL_ID = 'tavus';

/** Session length that the vendor requests. With AWS's default of 3600 s, creating a conversation fails. */
export const VENDOR_SESSION_SECONDS = 43_200;

/** Three of the eight required actions; AWS checks them against the bucket's ARN. */
export const VENDOR_BUCKET_ACTIONS = [
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:ListBucketVersions',
] as const;

/** Five of the eight required actions; AWS checks them against an object's ARN. */
export const VENDOR_OBJECT_ACTIONS = [
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListMultipartUploadParts',
  's3:PutObject',
] as const;

/**
 * Regions to which the vendor is known to write directly. Its pages disagree about all others: "any region" on one,
 * "recorded at the vendor and copied afterwards" on another; so elsewhere we warn instead of refusing.
 */
export const VENDOR_DIRECT_REGIONS = ['us-east-1', 'us-west-2'] as const;

/** Every recording's key begins with this. */
export const RECORDING_KEY_PREFIX = 'tavus/';

/** `tavus/<conversation_id>/<epoch_ms>`: time of the recording's start in milliseconds, no extension; the content is MP4. */
export const RECORDING_KEY = /^tavus\/(?<conversationId>[^/]+)\/(?<epochMs>\d{13})$/;

/**
 * Daily uploads this to the root of a bucket to test write access (docs.daily.co, custom S3 storage, read 2026-11-22). It is
 * not known whether it does so for a bucket of a Tavus conversation.
 */
export const VENDOR_PROBE_KEY = 'daily-co-test-upload.txt';

/** Default address of Tavus's API. */
export const VENDOR_API_BASE_URL = 'https://tavusapi.com/v2';

/** Origin of the vendor's rooms; the pages allow it as a frame. */
export const VENDOR_ROOM_ORIGIN = 'https://tavus.daily.co';

/**
 * Domains of Daily's rooms. A browser that cannot reach one tries the next after 25 s, so content security policy and
 * firewall must allow all of them (changelog of 2026-06-24, and daily-js 0.92.2; read 2026-11-28).
 */
export const VENDOR_ROOM_DOMAINS = ['daily.co', 'dailywebrtc.com', 'dailywebrtc.net'] as const;

/** Daily's list of hosts and ports (read 2026-11-28). */
export const VENDOR_NETWORK_GUIDE =
  'https://docs.daily.co/docs/guides/privacy-and-security/corporate-firewalls-nats-allowed-ip-list';

/** Tavus's default limit of a call, in seconds (create-conversation reference, read 2026-11-22). */
export const VENDOR_MAX_CALL_SEC = 3600;

/** How long Tavus waits by default for a participant to join, in seconds (the same page). */
export const VENDOR_ABSENT_SEC = 300;
