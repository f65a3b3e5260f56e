import { defined } from '../../contract/defined';
import type { ForeignMask } from '../log/mask';
import { HttpProblem, type HttpProblemParts } from '../http/problem';
import { VENDOR_ACCOUNT_ID, VENDOR_EXTERNAL_ID, VENDOR_SESSION_SECONDS } from '../../contract/vendor-facts';
import type { Exchange } from './exchange';
import { isRefusal } from './outcome';
import { NotConnected } from './pool';
import { retryAfterSec } from './retry-after';

/** Retry interval for a busy account: a slot frees some seconds after its call ends (observed). */
export const BUSY_RETRY_SEC = 30;

/** Tavus's error messages are shorter. */
export const MOST_WORDS = 300;

type Answered = Extract<Exchange, { kind: 'answered' }>;
type Description = Omit<HttpProblemParts, 'tavus' | 'cause' | 'status'> & { readonly status?: number };

const ROLE_CAUSES =
  'Tavus could not assume the role for recordings. Three usual causes: ' +
  `(1) the role's trust policy names an account other than ${VENDOR_ACCOUNT_ID}, or lacks the condition sts:ExternalId = ` +
  `"${VENDOR_EXTERNAL_ID}": check with \`aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument\`; ` +
  `(2) the role's maximum session duration is below ${VENDOR_SESSION_SECONDS} s (AWS's default is 3600): check with ` +
  '`aws iam get-role --role-name <role> --query Role.MaxSessionDuration`; ' +
  '(3) TAVUS_AWS_ASSUME_ROLE_ARN names a role that does not exist, or was created seconds ago: compare it with cdk-outputs.json. ' +
  '`npx cdk deploy` creates a role without these faults.';

const OUT_OF_CREDITS: Description = {
  type: 'out-of-credits',
  status: 402,
  title: 'Out of conversational credits',
  detail: 'The Tavus account has no minutes left. Add some in its billing settings.',
};

/** Problems by Tavus's message. The first match wins. Messages documented or observed, read 2026-11-22. */
const REFUSALS: readonly (readonly [RegExp, Description])[] = [
  [
    /unable to assume role/i,
    { type: 'tavus-role', title: 'Tavus could not assume the role for recordings', detail: ROLE_CAUSES },
  ],
  [
    /concurrent conversations/i,
    {
      type: 'busy',
      status: 409,
      title: 'Too many conversations at a time',
      detail:
        'The Tavus plan allows no more conversations at a time. A slot frees some seconds after a call ends.',
      headers: { 'retry-after': String(BUSY_RETRY_SEC) },
    },
  ],
  [/out of conversational credits/i, OUT_OF_CREDITS],
  [
    /invalid (?:replica|face)/i,
    {
      type: 'tavus-replica',
      title: 'Tavus does not know the replica',
      detail:
        'Check TAVUS_REPLICA_ID: it must name a replica of this account, begin with r, and not be a persona.',
    },
  ],
  [
    /invalid (?:persona|pal)/i,
    {
      type: 'tavus-persona',
      title: 'Tavus does not know the persona',
      detail: 'Check TAVUS_PERSONA_ID: it must name a persona of this account and begin with p.',
    },
  ],
];

/** Problems by status, for any message. */
const BY_STATUS: Readonly<Record<number, Description>> = {
  401: {
    type: 'tavus-key',
    title: 'Tavus refused our key',
    detail: 'Check TAVUS_API_KEY: it is wrong, revoked, or limited to other IP addresses.',
  },
  402: OUT_OF_CREDITS,
  403: {
    type: 'tavus-key',
    title: 'Tavus refused our key',
    detail:
      'The key does not allow this call. Check TAVUS_API_KEY, its permissions, and the IP addresses it is limited to.',
  },
  404: {
    type: 'tavus-not-found',
    title: 'Tavus knows no such address',
    detail: 'Check TAVUS_API_BASE_URL: the server at this address does not offer the call.',
  },
  408: {
    type: 'tavus-timeout',
    status: 504,
    title: 'Tavus did not answer in time',
    detail: 'Tavus answered 408: the request took too long there.',
  },
};

const OTHER_REFUSAL: Description = {
  type: 'tavus-refused',
  title: 'Tavus refused the request',
  detail: "Only Tavus's own message is known. Nothing was started.",
};

/** For statuses that Tavus has not been observed to refuse with. */
const oddRefusal = (status: number): Description => ({
  ...OTHER_REFUSAL,
  detail: `Tavus answered ${status}, which does not say whether something was started.`,
});

/** Tavus's message: `error` or `message` or both, shortened, masked, without control characters. */
function vendorMessage(body: unknown, mask: ForeignMask): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, message } = body as { readonly error?: unknown; readonly message?: unknown };
  const texts = [error, message].filter((words) => typeof words === 'string' && words.trim() !== '');
  if (texts.length === 0) return undefined;
  return mask(texts.join(' / '), MOST_WORDS).replaceAll(/\p{C}+/gu, ' ');
}

/** Describes an unreadable answer for the caller. */
const UNREADABLE: Readonly<Record<NonNullable<Answered['unreadable']>, string>> = {
  empty: 'an empty answer',
  html: 'an HTML page',
  'not-json': 'something that is not JSON',
  'too-large': 'more than 1 MB',
  cut: 'an answer that was cut off',
};

/** The problem to report for a failed exchange. */
export function problemOf(exchange: Exchange, mask: ForeignMask): HttpProblem {
  if (exchange.kind === 'not-sent') return notSent(exchange);
  if (exchange.kind === 'no-answer') return noAnswer(exchange);
  const words = vendorMessage(exchange.body, mask);
  const tavus = { status: exchange.status, ...defined({ words }) };
  const parts = describe(exchange, words ?? '');
  return new HttpProblem({ ...parts, status: parts.status ?? 502, tavus });
}

function describe(exchange: Answered, words: string): Description {
  const { status, unreadable } = exchange;
  const [, byWords] = REFUSALS.find(([pattern]) => isRefusal(status) && pattern.test(words)) ?? [];
  if (byWords !== undefined) return byWords;
  if (status === 429) {
    return {
      type: 'tavus-busy',
      status: 503,
      title: 'Tavus asks us to slow down',
      detail: 'Tavus received too many requests. Nothing was started. Try again later.',
      headers: { 'retry-after': String(retryAfterSec(exchange.retryAfter) ?? BUSY_RETRY_SEC) },
    };
  }
  if (status >= 400 && status < 500) {
    return BY_STATUS[status] ?? (isRefusal(status) ? OTHER_REFUSAL : oddRefusal(status));
  }
  if (status >= 500) {
    return {
      type: 'tavus-failed',
      title: 'Tavus failed',
      detail: `Tavus answered ${status}${unreadable === undefined ? '' : ` with ${UNREADABLE[unreadable]}`}.`,
    };
  }
  return {
    type: 'tavus-unreadable',
    title: "Tavus's answer cannot be read",
    detail: `Tavus answered ${status} with ${unreadable === undefined ? 'unknown fields' : UNREADABLE[unreadable]}.`,
  };
}

/** Does not name the proxy's address to the caller; the log has it. */
const proxyWords = (error: unknown): string =>
  error instanceof NotConnected && error.proxy !== undefined ? ' through the proxy of HTTPS_PROXY' : '';

function notSent({ reason, error }: Extract<Exchange, { kind: 'not-sent' }>): HttpProblem {
  const common = { type: 'tavus-unreachable', status: 503, title: 'Tavus cannot be reached' } as const;
  return reason === 'unconnected'
    ? new HttpProblem({
        ...common,
        detail:
          `No connection to Tavus could be opened${proxyWords(error)}, so nothing was sent and nothing was started. ` +
          'Try again; the log says why.',
        headers: { 'retry-after': '10' },
        cause: error,
      })
    : new HttpProblem({
        ...common,
        detail:
          'The request to Tavus could not be built, so nothing was sent and nothing was started. ' +
          'The log has the cause under this instance.',
        cause: error,
      });
}

function noAnswer({ reason, error }: Extract<Exchange, { kind: 'no-answer' }>): HttpProblem {
  return reason === 'timeout'
    ? new HttpProblem({
        type: 'tavus-timeout',
        status: 504,
        title: 'Tavus did not answer in time',
        detail: 'No answer came in time.',
        cause: error,
      })
    : new HttpProblem({
        type: 'tavus-failed',
        status: 502,
        title: 'Tavus failed',
        detail: 'The connection to Tavus broke before its answer arrived.',
        cause: error,
      });
}
