import { defined } from '../../contract/defined';
import { HttpProblem } from './problem';

/** The same answer for a missing resource and for a wrong token, so that it does not reveal which. */
export const notFound = (): HttpProblem =>
  new HttpProblem({
    type: 'not-found',
    status: 404,
    title: 'Not found',
    detail: 'There is nothing here. For a conversation, check its id and its token.',
  });

export const foreignOrigin = (): HttpProblem =>
  new HttpProblem({
    type: 'forbidden-origin',
    status: 403,
    title: 'Foreign origin',
    detail:
      'Only pages of this backend and callers without a browser may do this. Call it from your own backend.',
  });

export const notByFrontDoor = (): HttpProblem =>
  new HttpProblem({
    type: 'not-by-front-door',
    status: 403,
    title: 'Not by Front Door',
    detail: 'This backend only answers requests through its Front Door (FRONT_DOOR_ID). Use that address.',
  });

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20 */
export const misdirected = (): HttpProblem =>
  new HttpProblem({
    type: 'misdirected',
    status: 421,
    title: 'Not meant for this name',
    detail:
      'Without a key and a sign-in this backend answers as localhost, 127.0.0.1 and [::1] only. Set START_API_KEY to reach it by another name.',
  });

export const shuttingDown = (): HttpProblem =>
  new HttpProblem({
    type: 'shutting-down',
    status: 503,
    title: 'Shutting down',
    detail: 'This process starts nothing new. Nothing was started. Try again.',
    headers: { 'retry-after': '5' },
  });

/**
 * The ledger cannot be reached, or refuses a write.
 * @param happened outcome of the request
 */
export const ledgerUnavailable = (cause: unknown, happened = 'Nothing was done.'): HttpProblem =>
  new HttpProblem({
    type: 'ledger-unavailable',
    status: 503,
    title: 'The ledger is not available',
    detail: `The ledger, which records every conversation, cannot be reached. ${happened} Try again.`,
    headers: { 'retry-after': '10' },
    cause,
  });

export const tooMany = (retryAfterSec: number): HttpProblem =>
  new HttpProblem({
    type: 'too-many-requests',
    status: 429,
    title: 'Too many requests',
    detail: `Nothing was done. Try again in ${retryAfterSec} s.`,
    headers: { 'retry-after': String(retryAfterSec) },
  });

export const badRequest = (
  detail: string,
  fields?: readonly { readonly field: string; readonly problem: string }[],
): HttpProblem =>
  new HttpProblem({
    type: 'bad-request',
    status: 400,
    title: 'Bad request',
    detail,
    ...defined({ fields }),
  });

/** A well-formed request with invalid fields; names each field. */
export const invalidFields = (
  fields: readonly { readonly field: string; readonly problem: string }[],
): HttpProblem =>
  badRequest(
    `${fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ')}. Nothing was done.`,
    fields,
  );

export const tooLarge = (): HttpProblem =>
  new HttpProblem({
    type: 'too-large',
    status: 413,
    title: 'Body too large',
    detail: 'The body is larger than this route accepts.',
  });

export const requestTimeout = (): HttpProblem =>
  new HttpProblem({
    type: 'request-timeout',
    status: 408,
    title: 'Request not received in time',
    detail: 'The request did not arrive completely in time. Nothing was done. Send it again.',
  });

export const headersTooLarge = (): HttpProblem =>
  new HttpProblem({
    type: 'headers-too-large',
    status: 431,
    title: 'Headers too large',
    detail: 'The headers are larger than this backend accepts. Nothing was done.',
  });

export const notJson = (): HttpProblem =>
  new HttpProblem({
    type: 'not-json',
    status: 415,
    title: 'Not JSON',
    detail: 'Send a body as application/json, or none.',
  });

/** Hides the cause from the caller; the log has it under the instance. */
export const internal = (cause: unknown): HttpProblem =>
  new HttpProblem({
    type: 'internal',
    status: 500,
    title: 'Internal error',
    detail: 'The backend failed. The log has the cause under this instance.',
    cause,
  });
