import { CALLBACK_ROUTE } from '../../contract/callback-path';
import { isGuarded, type Config } from '../config';
import type { App } from '../http/fastify-types';
import { PROBE_ROUTES } from '../http/probe-routes';
import { misdirected, notByFrontDoor } from '../http/problems';
import { isByFrontDoor } from './caller-address';

/** This computer's own names, with any port: a container's is mapped to another one. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/**
 * Turns away what came by a way that is not meant, before anything is counted or read. Health and readiness are open to
 * all: they say nothing, and platforms ask by address.
 *
 * - Where nobody has to prove anything, what protects is that the backend is on this computer. A web page can lead its own
 *   name to 127.0.0.1 (DNS rebinding), and is then of the same origin; its requests still carry that name as `Host`.
 * - With FRONT_DOOR_ID, all must come by that Front Door. Tavus's callbacks may come directly: they carry their own proof.
 */
export function guardDoors(app: App, config: Config): void {
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
