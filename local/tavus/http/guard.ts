import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../api-error';
import type { SimulatorClock } from '../simulator-clock';
import type { Settings } from '../options';
import { TEXT } from '../vendor';

const HTML_500 = '<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>';

/** The key of a request that has passed {@link addGuard}. */
export function apiKeyOf(request: FastifyRequest): string {
  const key = request.headers['x-api-key'];
  return typeof key === 'string' ? key : '';
}

/** Keys, faults and slowness of the vendor's API, before and after each of its routes. */
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
    // A failure of the simulator itself: its words may name what is nobody's business.
    return reply.code(500).send({ error: TEXT.generic });
  });
}
