import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../http/error-handler';
import type { CallerOf } from '../http/limits';
import { foreignOrigin, notFound } from '../http/problems';
import { HttpProblem } from '../http/problem';
import { callerAddress } from '../security/caller-address';
import { isSameOrigin } from '../security/same-origin';
import type { AppContext } from './app-context';

const headerToken = ({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined => {
  const header = headers['x-page-token'];
  return typeof header === 'string' ? header : undefined;
};

/** The token in a body that is not validated yet. */
function bodyToken(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('page_token' in body)) return undefined;
  return typeof body.page_token === 'string' ? body.page_token : undefined;
}

const hasBody = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const conversationIdOf = ({ params }: { readonly params: unknown }): string => {
  const { conversation_id: id }: { conversation_id?: unknown } = Object(params);
  return typeof id === 'string' ? id : '';
};

/**
 * The rate limit key of a request about a conversation: its page by its token, else the caller's address. A token in the
 * body is unknown before the body is read; until then the conversation id, which cannot be guessed, identifies the page.
 */
export const pageCaller =
  (context: AppContext): CallerOf =>
  (request) => {
    const { config, pageTokens, recent } = context;
    const id = conversationIdOf(request);
    const token = headerToken(request);
    if (isSameOrigin(request.headers, config.publicBaseUrl)) {
      if (token !== undefined && pageTokens.read(id, token) !== undefined) return `page ${id}`;
      if (token === undefined && hasBody(request) && recent.has(id)) return `body ${id}`;
    }
    return `refused ${callerAddress(config, request)}`;
  };

/**
 * Checks that the caller started the conversation.
 *
 * @param token from the body; the header counts first
 * @returns whether the conversation is recorded, by the token
 * @throws HttpProblem 403 for a foreign page; 404 for a wrong id or token
 */
export function assertStartedBy(
  context: AppContext,
  request: Pick<FastifyRequest, 'headers'>,
  conversationId: string,
  token?: string,
): { readonly isRecorded: boolean } {
  if (!isSameOrigin(request.headers, context.config.publicBaseUrl)) throw foreignOrigin();
  const claim = context.pageTokens.read(conversationId, headerToken(request) ?? token ?? '');
  if (claim === undefined) throw notFound();
  context.recent.add(conversationId);
  return claim;
}

/**
 * Options of a route with a body: a caller without a token is refused before the body is read. A page that is closing
 * may send its token in the body (see own-front-end.md); then the token is checked before the other fields, and a body
 * without one is answered like a wrong token.
 *
 * The check is in `preParsing`, which runs before the body is read and after the limit per caller, so guessing is limited.
 */
export function startedByOnly(context: AppContext) {
  return {
    preParsing(request: FastifyRequest, _reply: FastifyReply, _payload: unknown, done: () => void): void {
      const isInBody = headerToken(request) === undefined && hasBody(request);
      if (!isInBody) assertStartedBy(context, request, conversationIdOf(request));
      else if (!isSameOrigin(request.headers, context.config.publicBaseUrl)) throw foreignOrigin();
      done();
    },
    preValidation(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
      assertStartedBy(context, request, conversationIdOf(request), bodyToken(request.body));
      done();
    },
    /** The body cannot be read, and the token is not in the header. */
    errorHandler(error: Error, request: FastifyRequest, reply: FastifyReply): void {
      const isUnproven = headerToken(request) === undefined && bodyToken(request.body) === undefined;
      if (!isUnproven || error instanceof HttpProblem) throw error;
      void sendProblem(notFound(), request, reply);
    },
  };
}
