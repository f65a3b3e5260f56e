import type { App } from '../http/fastify-types';
import { limited } from '../http/limits';
import { foreignOrigin } from '../http/problems';
import { assertMayStart } from '../security/access';
import { isSameOrigin } from '../security/same-origin';
import type { AppContext } from './app-context';
import { access, accessHeaders, problems } from './schemas';
import { starter } from './start';

/**
 * `GET /qa/access`: tells the page early, before device and consent questions, whether the key is right and the user signed
 * in. Starts nothing. Limited like a start, so that it does not help to guess keys.
 */
export function addAccess(app: App, context: AppContext): void {
  app.get(
    '/qa/access',
    {
      ...limited(context.limits?.starts, starter(context)),
      schema: {
        summary: 'Whether the caller may start conversations. Starts nothing.',
        headers: accessHeaders,
        response: { 200: access, ...problems(401, 403, 421, 429, 503) },
      },
    },
    ({ headers }) => {
      if (!isSameOrigin(headers, context.config.publicBaseUrl)) throw foreignOrigin();
      assertMayStart(context, headers);
      return { mayStart: true as const };
    },
  );
}
