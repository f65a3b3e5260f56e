import { BucketUnreadable, type UnreadableReason } from './bucket';
import { unreadable } from './unreadable';

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** HTTP status of AWS's answer; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  const status = field(field(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

/** Such as `NoSuchBucket`. The answer to a HEAD has no body, so its error is named by the status. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Name, code, status and message of an error, as far as it has them. */
export function vendorMessage(error: unknown): string {
  const words = [
    nameOf(error),
    field(error, 'code'),
    statusOf(error),
    error instanceof Error && error.message,
  ];
  return words.filter((word) => typeof word === 'string' || typeof word === 'number').join(' ');
}

/** Temporary failures. */
const TEMPORARY: ReadonlySet<string> = new Set([
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'SlowDown',
  'TooManyRequests',
]);

const NO_CREDENTIALS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);

function reasonOf(error: unknown): UnreadableReason {
  const name = nameOf(error);
  const status = statusOf(error);
  if (NO_CREDENTIALS.has(name)) return 'no-token';
  // 301 and 307: the bucket is in another region.
  if (name === 'NoSuchBucket' || name === 'PermanentRedirect' || status === 301) return 'no-bucket';
  if (status === undefined || status >= 500 || status === 429 || TEMPORARY.has(name)) return 'unreachable';
  return 'denied';
}

/** The error of a failed request to S3. */
export const failureOf = (error: unknown, bucket: string, call: string): BucketUnreadable =>
  error instanceof BucketUnreadable
    ? error
    : unreadable(reasonOf(error), bucket, `${call}: ${vendorMessage(error)}`, { cause: error });
