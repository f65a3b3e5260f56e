/**
 * What Tavus (and Daily, which runs its recordings) requires of our AWS account. Each constant says who, why and
 * from where; a test restates the literals from the source, so a slip here cannot hide.
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

/** Session length that the vendor asks for. A role with AWS's default of 3600 s is refused when a conversation is created. */
export const VENDOR_SESSION_SECONDS = 43_200;

/** The three of the eight required actions that AWS checks against the bucket's ARN. */
export const VENDOR_BUCKET_ACTIONS = [
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:ListBucketVersions',
] as const;

/** The five of the eight required actions that AWS checks against an object's ARN. */
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

/** `tavus/<conversation_id>/<epoch_ms>`: milliseconds at the recording's start, no extension, the content is MP4. */
export const RECORDING_KEY = /^tavus\/(?<conversationId>[^/]+)\/(?<epochMs>\d{13})$/;

/**
 * Daily uploads this to the root of a bucket to see whether it may write there (docs.daily.co, custom S3 storage, read
 * 2026-11-22). Whether it does so for a bucket that Tavus names is unknown.
 */
export const VENDOR_PROBE_KEY = 'daily-co-test-upload.txt';

/** Tavus's API when nothing else is configured. */
export const VENDOR_API_BASE_URL = 'https://tavusapi.com/v2';

/** Where the vendor's rooms live; the pages allow this origin as a frame. */
export const VENDOR_ROOM_ORIGIN = 'https://tavus.daily.co';

/**
 * Domains under which Daily's rooms are. A browser that cannot reach one tries the next, 25 s each: a policy or a firewall
 * that lets through the first alone defeats that (changelog of 2026-06-24, and daily-js 0.92.2; read 2026-11-28).
 */
export const VENDOR_ROOM_DOMAINS = ['daily.co', 'dailywebrtc.com', 'dailywebrtc.net'] as const;

/**
 * Daily's own list of hosts and ports (read 2026-11-28).
 */
export const VENDOR_NETWORK_GUIDE =
  'https://docs.daily.co/docs/guides/privacy-and-security/corporate-firewalls-nats-allowed-ip-list';

/** Tavus's own limit of a call where we set none, in seconds (create-conversation reference, read 2026-11-22). */
export const VENDOR_MAX_CALL_SEC = 3600;

/** How long Tavus waits for somebody to join where we set nothing, in seconds (the same page). */
export const VENDOR_ABSENT_SEC = 300;
