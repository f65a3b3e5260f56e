import { errorCode } from '../error-code';
import { BEHIND_A_PROXY } from '../proxy';

/** Result of asking AWS for one fact. */
export type AwsAnswer<T> =
  | { readonly kind: 'is'; readonly value: T }
  /** AWS says that it does not exist. */
  | { readonly kind: 'missing' }
  /** Access denied: `right` is the missing IAM action, `by` the kind of policy that AWS names as the cause. */
  | { readonly kind: 'denied'; readonly right: string; readonly by?: string }
  /** No usable answer, for example a network error. */
  | { readonly kind: 'unanswered'; readonly reason: string; readonly fix?: string };

/** An answer about something that always exists. */
export type KnownAnswer<T> = Exclude<AwsAnswer<T>, { readonly kind: 'missing' }>;

/** Error codes of AWS and the SDK for invalid credentials. */
const BAD_CREDENTIALS: ReadonlySet<string> = new Set([
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
]);
const NO_CREDENTIALS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);

/** Missing resources that another check reports; here they are only the reason. */
const ABSENT: Readonly<Record<string, string>> = {
  NoSuchBucket: 'the bucket does not exist',
  NoSuchEntity: 'the role does not exist',
  NoSuchEntityException: 'the role does not exist',
};

/** Errors of parsing an answer. */
const UNREADABLE: ReadonlySet<string> = new Set(['ZodError', 'SyntaxError', 'URIError']);

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** HTTP status of an error from AWS; undefined when no answer came. */
export function httpStatusOf(error: unknown): number | undefined {
  const status = field(field(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const SET_CREDENTIALS =
  'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`.';

type Unanswered = Extract<AwsAnswer<never>, { kind: 'unanswered' }>;

/** Describes an error that is neither "missing" nor "denied". */
function unanswered(error: unknown): Unanswered {
  const because = (reason: string): Unanswered => ({ kind: 'unanswered', reason });
  const name = nameOf(error);
  if (NO_CREDENTIALS.has(name)) return { ...because('there are no AWS credentials'), fix: SET_CREDENTIALS };
  if (BAD_CREDENTIALS.has(name)) {
    return { ...because(`AWS does not accept the credentials (${name})`), fix: SET_CREDENTIALS };
  }
  const absent = ABSENT[name];
  if (absent !== undefined) return because(absent);
  const status = httpStatusOf(error);
  if (status !== undefined) return because(`AWS answered ${status} (${name})`);
  if (UNREADABLE.has(name)) return because("AWS's answer cannot be read");
  const code = errorCode(error);
  const found =
    code === 'ERR_PROXY_TUNNEL'
      ? `the proxy of HTTPS_PROXY does not lead to AWS (${code})`
      : `AWS cannot be reached (${code ?? (name || 'no reason given')})`;
  return { ...because(found), fix: BEHIND_A_PROXY };
}

/**
 * The kind of policy that AWS names in an access-denied message. An answer to HEAD has no message.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html (read 2026-11-22)
 */
const DENYING_POLICY =
  /(?:explicit deny in an?|because no) ((?:service control|resource control|session|resource-based|VPC endpoint) policy|permissions boundary)/;

function denied(right: string, error: unknown): Extract<AwsAnswer<never>, { kind: 'denied' }> {
  const by = error instanceof Error ? DENYING_POLICY.exec(error.message)?.[1] : undefined;
  return { kind: 'denied', right, ...(by === undefined ? {} : { by }) };
}

/**
 * Asks AWS one thing. Never rejects.
 *
 * @param right IAM action that the call needs; it often differs from the name of the call
 * @param missing error names that mean "does not exist"
 */
export async function ask<T>(
  right: string,
  call: () => Promise<T>,
  missing: readonly string[] = [],
): Promise<AwsAnswer<T>> {
  try {
    return { kind: 'is', value: await call() };
  } catch (error) {
    const name = nameOf(error);
    if (missing.includes(name)) return { kind: 'missing' };
    if (httpStatusOf(error) === 403 && !BAD_CREDENTIALS.has(name) && name !== 'RequestTimeTooSkewed') {
      return denied(right, error);
    }
    if (name.startsWith('AccessDenied')) return denied(right, error);
    return unanswered(error);
  }
}

/** {@link ask} for something that always exists. */
export async function known<T>(right: string, call: () => Promise<T>): Promise<KnownAnswer<T>> {
  const answer = await ask(right, call);
  return answer.kind === 'missing' ? { kind: 'unanswered', reason: 'it does not exist' } : answer;
}

/** Applies a function to the value of an answer. */
export const mapped = <T, U>(answer: AwsAnswer<T>, part: (value: T) => U): AwsAnswer<U> =>
  answer.kind === 'is' ? { kind: 'is', value: part(answer.value) } : answer;
