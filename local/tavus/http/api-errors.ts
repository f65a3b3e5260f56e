import type { FastifyInstance } from 'fastify';
import { ApiError } from '../api-error';

/** Makes every route of `app` answer an {@link ApiError} with its status and body. */
export function sendApiErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).send(error.body);
    throw error;
  });
}
