import { defined } from '../../contract/defined';
/** Every `type` of a problem. Part of the API: callers compare them. */
export const PROBLEM_TYPES = [
  'bad-request',
  'unauthorized',
  'not-signed-in',
  'out-of-credits',
  'forbidden-origin',
  'not-by-front-door',
  'not-found',
  'method-not-allowed',
  'busy',
  'misdirected',
  'request-timeout',
  'too-large',
  'headers-too-large',
  'not-json',
  'conversation-ended',
  'consent-not-kept',
  'idempotency-key-reused',
  'start-in-progress',
  'start-abandoned',
  'ledger-unavailable',
  'too-many-requests',
  'internal',
  'tavus-refused',
  'tavus-key',
  'tavus-role',
  'tavus-replica',
  'tavus-persona',
  'tavus-not-found',
  'tavus-failed',
  'tavus-unreadable',
  'tavus-unreachable',
  'tavus-busy',
  'tavus-timeout',
  'sign-in-missing',
  'role-missing',
  'no-link',
  'no-captions',
  'bucket-unreadable',
  'shutting-down',
] as const;
export type ProblemType = (typeof PROBLEM_TYPES)[number];

/** `type` as sent: a URN, not an address to open. */
export const problemTypeUri = (type: ProblemType): string => `urn:problem-type:tavus-recordings:${type}`;

export interface HttpProblemParts {
  readonly type: ProblemType;
  readonly status: number;
  /** The same for all problems of the type. */
  readonly title: string;
  /** What happened and what to do. Without secrets, because the caller sees it. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which fields of the request are wrong. */
  readonly fields?: readonly { readonly field: string; readonly problem: string }[];
  /** Tavus's own words, masked. */
  readonly tavus?: { readonly status?: number; readonly words?: string };
  readonly cause?: unknown;
}

/** An error answer, sent as `application/problem+json` (RFC 9457). */
export class HttpProblem extends Error {
  override readonly name = 'Problem';
  constructor(readonly parts: HttpProblemParts) {
    super(parts.detail, { cause: parts.cause });
  }

  /** @param instance identifies this failure in the log */
  body(instance: string): object {
    const { type, title, status, detail, fields, tavus } = this.parts;
    return {
      type: problemTypeUri(type),
      title,
      status,
      detail,
      instance,
      ...defined({ fields, tavus }),
    };
  }
}
