import type { App } from '../http/fastify-types';
import { health } from './schemas';
import type { AppContext } from './app-context';

/**
 * `/healthz`: the process runs. `/readyz`: it accepts new work, and the ledger is writable. Neither asks Tavus, because a
 * restart does not fix Tavus.
 */
export function addHealth(app: App, context: AppContext): void {
  app.get('/healthz', { schema: { summary: 'Liveness.', response: { 200: health } } }, () => ({
    status: 'ok' as const,
  }));
  app.get(
    '/readyz',
    { schema: { summary: 'Readiness.', response: { 200: health, 503: health } } },
    (_request, reply) => {
      const isLedgerReady = context.firstWrite?.isDone !== false;
      if (!context.shutdown.aborted && isLedgerReady) return { status: 'ok' as const };
      void reply.code(503);
      return {
        status: context.shutdown.aborted ? ('shutting-down' as const) : ('waiting-for-ledger' as const),
      };
    },
  );
}
