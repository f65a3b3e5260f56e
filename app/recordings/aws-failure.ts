import { BucketUnreadable, type UnreadableReason } from './bucket';
import { unreadable } from './unreadable';

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** HTTP status of an error that AWS answered; undefined: nobody answered. */
export function statusOf(error: unknown): number | undefined {
  const status = field(field(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

/** `NoSuchBucket` and its like. A HEAD has no words: its name is the status. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Names and codes of what went wrong, as far as there are any. */
export function wordsOf(error: unknown): string {
  const words = [
    nameOf(error),
    field(error, 'code'),
    statusOf(error),
    error instanceof Error && error.message,
  ];
  return words.filter((word) => typeof word === 'string' || typeof word === 'number').join(' ');
}

/** Too many requests, a fault of AWS's own, and what is over by the next try. */
const PASSES: ReadonlySet<string> = new Set([
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
  if (status === undefined || status >= 500 || status === 429 || PASSES.has(name)) return 'unreachable';
  return 'denied';
}

/** The error of a request to S3 that was not answered. */
export const failureOf = (error: unknown, bucket: string, call: string): BucketUnreadable =>
  error instanceof BucketUnreadable
    ? error
    : unreadable(reasonOf(error), bucket, `${call}: ${wordsOf(error)}`, { cause: error });
