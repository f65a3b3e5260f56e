import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../api-error';
import type { SimulatorClock } from '../simulator-clock';
import type { Settings } from '../options';
import { TEXT } from '../vendor';

const HTML_500 = '<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>';

/** Returns the request's API key, which {@link addGuard} has checked. */
export function apiKeyOf(request: FastifyRequest): string {
  const key = request.headers['x-api-key'];
  return typeof key === 'string' ? key : '';
}

/** Checks the API key and applies the API faults, for every route of `app`. */
export function addGuard(app: FastifyInstance, settings: Settings, clock: SimulatorClock): void {
  const { faults } = settings;
  const keys = new Set(settings.apiKeys);

  app.addHook('onRequest', async (request, reply) => {
    if (!keys.has(apiKeyOf(request))) throw new ApiError(401, { message: TEXT.badKey });
    if (faults.apiFault === '402') throw new ApiError(402, { message: TEXT.outOfCredits });
    if (faults.apiFault === 'html-500') await reply.code(500).type('text/html').send(HTML_500);
  });

  app.addHook('onSend', async () => {
    const { latencyMs } = faults;
    if (latencyMs > 0) await new Promise<void>((resolve) => clock.after(latencyMs, resolve));
  });

  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).send(error.body);
    // An internal error of the simulator. Its message may contain details that a response must not have.
    return reply.code(500).send({ error: TEXT.generic });
  });
}
