import type { FastifyRequest } from 'fastify';
import { foreignOrigin, notFound } from '../http/problems';
import { isSameOrigin } from '../security/same-origin';
import type { World } from './world';

/**
 * Lets in who started the conversation.
 *
 * @param token from the body; the header counts first
 * @returns the token's own word on whether the conversation is recorded
 * @throws Problem 403 for a foreign page, 404 for a wrong id or token alike
 */
export function assertStartedBy(
  world: World,
  request: FastifyRequest,
  conversationId: string,
  token?: string,
): { readonly isRecorded: boolean } {
  if (!isSameOrigin(request.headers, world.config.publicBaseUrl)) throw foreignOrigin();
  const header = request.headers['x-page-token'];
  const given = typeof header === 'string' ? header : (token ?? '');
  const claim = world.pageTokens.read(conversationId, given);
  if (claim === undefined) throw notFound();
  return claim;
}
