import { CALLBACK_ROUTE } from '../../contract/callback-path';
import { isGuarded, type Config } from '../config';
import type { App } from '../http/fastify-types';
import { PROBE_ROUTES } from '../http/probe-routes';
import { misdirected, notByFrontDoor } from '../http/problems';
import { isByFrontDoor } from './caller-address';

/** Loopback names with any port, because a container's port may be mapped. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/**
 * Validates how a request reached the backend, before counting or reading it. Health probes are exempt: they reveal
 * nothing, and platforms send them to an IP address.
 *
 * - Without a key or a sign-in, only the loopback address protects the backend. A web page can point its own name to
 *   127.0.0.1 (DNS rebinding) and is then same-origin, but its requests still carry that name as `Host`.
 * - With FRONT_DOOR_ID, every request must pass that Front Door. Tavus's callbacks may come directly: they carry a token.
 */
export function guardRequests(app: App, config: Config): void {
  const isOpen = !isGuarded(config);
  app.addHook('onRequest', ({ headers, routeOptions: { url: route } }, _reply, done) => {
    if (PROBE_ROUTES.has(route)) {
      done();
      return;
    }
    if (isOpen && !OWN_HOST.test(headers.host ?? '')) throw misdirected();
    if (config.frontDoorId !== undefined && route !== CALLBACK_ROUTE && !isByFrontDoor(config, headers)) {
      throw notByFrontDoor();
    }
    done();
  });
}
