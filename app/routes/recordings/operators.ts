import type { FastifyRequest } from 'fastify';
import type { App } from '../../http/fastify-types';
import { limitTogether } from '../../http/limits';
import { foreignOrigin } from '../../http/problems';
import { callerAddress } from '../../security/caller-address';
import { assertOperator, operatorOf } from '../../security/operator';
import { isSameOrigin } from '../../security/same-origin';
import type { AppContext } from '../app-context';

const ALLOWED = 'operator ';

/** The rate limit key: an operator, or the address of a refused caller. */
function callerOf(context: AppContext, request: FastifyRequest): string {
  const { headers } = request;
  const address = callerAddress(context.config, request);
  const isOwn = isSameOrigin(headers, context.config.publicBaseUrl);
  const operator = isOwn ? operatorOf(context, headers) : undefined;
  if (operator === undefined) return `refused ${address}`;
  return ALLOWED + (operator.by === 'sign-in' ? operator.principal : address);
}

/** Options of all operator routes. They share one limit for guesses, the same as for the start key. */
export function forOperators(app: App, context: AppContext) {
  const { config, limits } = context;
  return {
    ...(limits !== undefined && {
      onRequest: limitTogether(
        app,
        (caller) => (caller.startsWith(ALLOWED) ? limits.others : limits.starts),
        (request) => callerOf(context, request),
      ),
    }),
    /** Runs after the limit and before the body is read. */
    preParsing({ headers }: FastifyRequest, _reply: unknown, _payload: unknown, done: () => void): void {
      if (!isSameOrigin(headers, config.publicBaseUrl)) throw foreignOrigin();
      assertOperator(context, headers);
      done();
    },
  };
}
export type ForOperators = ReturnType<typeof forOperators>;
