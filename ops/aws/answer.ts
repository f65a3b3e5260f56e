import { errorCode } from '../error-code';
import { BEHIND_A_PROXY } from '../proxy';

/** What came of asking AWS for one fact. */
export type Answer<T> =
  | { readonly kind: 'is'; readonly value: T }
  /** AWS says that there is no such thing. */
  | { readonly kind: 'missing' }
  /** The caller may not ask: `right` is the IAM action that it lacks, `by` the kind of policy that AWS blames, if any. */
  | { readonly kind: 'denied'; readonly right: string; readonly by?: string }
  /** Nobody knows, for the reason given in words. */
  | { readonly kind: 'unanswered'; readonly reason: string; readonly fix?: string };

/** An answer about something that is always there. */
export type Known<T> = Exclude<Answer<T>, { readonly kind: 'missing' }>;

/** Codes of AWS and of the SDK that mean: the caller's own credentials are no good. */
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

/** Things whose absence has a check of its own, so that here it is only the reason. */
const ABSENT: Readonly<Record<string, string>> = {
  NoSuchBucket: 'the bucket does not exist',
  NoSuchEntity: 'the role does not exist',
  NoSuchEntityException: 'the role does not exist',
};

/** Names of the errors of reading what was answered. */
const UNREADABLE: ReadonlySet<string> = new Set(['ZodError', 'SyntaxError', 'URIError']);

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** HTTP status of an error that AWS answered, undefined when nobody answered. */
export function httpStatusOf(error: unknown): number | undefined {
  const status = field(field(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const SET_CREDENTIALS =
  'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`.';

type Unanswered = Extract<Answer<never>, { kind: 'unanswered' }>;

/** A few words about an error that says nothing about what was asked for. */
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
 * What AWS says about who denied. Not of every call: HEAD has no words.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html (read 2026-11-22)
 */
const BLAMED =
  /(?:explicit deny in an?|because no) ((?:service control|resource control|session|resource-based|VPC endpoint) policy|permissions boundary)/;

function denied(right: string, error: unknown): Extract<Answer<never>, { kind: 'denied' }> {
  const by = error instanceof Error ? BLAMED.exec(error.message)?.[1] : undefined;
  return { kind: 'denied', right, ...(by === undefined ? {} : { by }) };
}

/**
 * Asks AWS one thing. Never rejects.
 *
 * @param right the IAM action that the call needs; its name often differs from the call's
 * @param missing names of the errors that say "there is none"
 */
export async function ask<T>(
  right: string,
  call: () => Promise<T>,
  missing: readonly string[] = [],
): Promise<Answer<T>> {
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

/** {@link ask} for what cannot be missing. */
export async function known<T>(right: string, call: () => Promise<T>): Promise<Known<T>> {
  const answer = await ask(right, call);
  return answer.kind === 'missing' ? { kind: 'unanswered', reason: 'there is no such thing' } : answer;
}

/** The same answer about a part of what was answered. */
export const mapped = <T, U>(answer: Answer<T>, part: (value: T) => U): Answer<U> =>
  answer.kind === 'is' ? { kind: 'is', value: part(answer.value) } : answer;
