import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { defined } from '../../contract/defined';
import { LedgerUnavailable } from '../ledger/store';
import type { ForeignMask } from '../log/mask';
import { HttpProblem } from './problem';
import {
  badRequest,
  internal,
  invalidFields,
  ledgerUnavailable,
  notFound,
  notJson,
  tooLarge,
} from './problems';

/** Enough of an unknown field's name for the caller to find it. */
const MOST_FIELD = 100;
const MOST_PROBLEM = 300;

export const MEDIA_TYPE = 'application/problem+json';

/** Turns a thrown error into a problem. Only text meant for the caller reaches the caller. */
export function toProblem(error: unknown, mask: ForeignMask): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof LedgerUnavailable) return ledgerUnavailable(error);
  if (!(error instanceof Error)) return internal(error);
  const { validation, statusCode = 500, validationContext } = error as Partial<FastifyError> & Error;
  if (validation !== undefined) {
    const fields = validation.map(({ instancePath, message }) => ({
      field: mask(
        [validationContext ?? 'body', ...instancePath.split('/').filter((part) => part !== '')].join('.'),
        MOST_FIELD,
      ),
      problem: mask(message ?? 'is wrong', MOST_PROBLEM),
    }));
    return invalidFields(fields);
  }
  switch (statusCode) {
    case 404:
      return notFound();
    case 413:
      return tooLarge();
    case 415:
      return notJson();
    default:
      return statusCode >= 400 && statusCode < 500
        ? badRequest('The request or its body cannot be read. Nothing was done.')
        : internal(error);
  }
}

/** Sends a problem. Logs our failures and Tavus's, but not the callers' errors. */
export function sendProblem(
  problem: HttpProblem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { type, status, headers, tavus } = problem.parts;
  // A missing sign-in is logged once when it is detected. Logging each refusal would let any caller fill the log.
  if (status >= 500 && type !== 'sign-in-missing') {
    const level = type === 'internal' ? 'error' : 'warn';
    const cause = problem.cause === undefined ? {} : { err: problem.cause };
    request.log[level]({ problem: type, ...defined({ tavus }), ...cause }, problem.parts.title);
  }
  return reply
    .code(status)
    .headers(headers ?? {})
    .header('content-type', MEDIA_TYPE)
    .serializer(JSON.stringify)
    .send(problem.body(`urn:uuid:${request.id}`));
}
