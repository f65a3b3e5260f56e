import { UnknownOutcome, startConversation, type Started } from '../conversations/start';
import type { App } from '../http/fastify-types';
import { Idempotency } from '../http/idempotency';
import { limited, type CallerOf } from '../http/limits';
import { Problem } from '../http/problem';
import { foreignOrigin, shuttingDown } from '../http/problems';
import { assertMayStart, mayStart, principalOf } from '../security/access';
import { callerAddress } from '../security/caller-address';
import { isSameOrigin } from '../security/same-origin';
import { problems, startBody, started, startHeaders } from './schemas';
import type { AppContext } from './app-context';

/** Who starts: a principal, or somebody with an address, who may start or not. A foreign page may not, whoever looks at it. */
const starter =
  (context: AppContext): CallerOf =>
  (request) => {
    const { config } = context;
    const { headers } = request;
    const isAllowed = isSameOrigin(headers, config.publicBaseUrl) && mayStart(context, headers);
    const principal = isAllowed ? principalOf(context, headers) : undefined;
    if (principal !== undefined) return `principal ${principal}`;
    return `${isAllowed ? 'allowed' : 'refused'} ${callerAddress(config, request)}`;
  };

/** `POST /tavus/start`: the one route that costs money. */
export function addStart(app: App, context: AppContext): void {
  const { config, clock } = context;
  const idempotency = new Idempotency<Started>(clock, (error) => error instanceof UnknownOutcome);

  app.post(
    '/tavus/start',
    {
      ...limited(context.limits?.starts, starter(context)),
      schema: {
        summary: 'Start a conversation. It bills from now on.',
        headers: startHeaders,
        body: startBody,
        response: {
          200: started,
          ...problems(400, 401, 402, 403, 408, 409, 413, 415, 421, 422, 429, 500, 502, 503, 504),
        },
      },
      // Before the body is read, and after the limit, so that guessing keys is limited too.
      preParsing: (request, _reply, _payload, done) => {
        if (!isSameOrigin(request.headers, config.publicBaseUrl)) throw foreignOrigin();
        assertMayStart(context, request.headers);
        done();
      },
    },
    async (request) => {
      if (context.isShuttingDown) throw shuttingDown();
      const { headers, body } = request;
      const caller = principalOf(context, headers) ?? '';
      return idempotency.run({ key: headers['idempotency-key'], caller, body }, () => {
        const { conversation_name: name, recording, consent } = body ?? {};
        const start = startConversation(context, { name, recording, consent }, request.log);
        return context.inFlight.track(start);
      });
    },
  );

  app.get(
    '/tavus/start',
    { schema: { summary: 'Not allowed: a link must not cost money.', response: problems(403, 405, 421) } },
    () => {
      throw new Problem({
        type: 'method-not-allowed',
        status: 405,
        title: 'Starting needs a POST',
        detail: 'Starting a conversation costs money, so a GET does not do it. Send a POST.',
        headers: { allow: 'POST' },
      });
    },
  );
}
