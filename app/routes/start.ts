import { consentProblems } from '../conversations/consent';
import type { Consent } from '../conversations/recording-decision';
import { UnknownOutcome, startConversation, type Started } from '../conversations/start';
import type { App } from '../http/fastify-types';
import { Idempotency } from '../http/idempotency';
import { limited } from '../http/limits';
import { Problem } from '../http/problem';
import { foreignOrigin, invalidFields, shuttingDown } from '../http/problems';
import { assertMayStart, principalOf } from '../security/access';
import { isSameOrigin } from '../security/same-origin';
import { problems, startBody, started, startHeaders } from './schemas';
import type { AppContext } from './app-context';

/** `POST /tavus/start`: the one route that costs money. */
export function addStart(app: App, context: AppContext): void {
  const { config, clock } = context;
  const idempotency = new Idempotency<Started>(clock, (error) => error instanceof UnknownOutcome);

  app.post(
    '/tavus/start',
    {
      ...limited(context.limits?.starts),
      schema: {
        summary: 'Start a conversation. It bills from now on.',
        headers: startHeaders,
        body: startBody,
        response: {
          200: started,
          ...problems(400, 401, 402, 403, 408, 409, 413, 415, 422, 429, 500, 502, 503, 504),
        },
      },
      // Before the body is read, and after the limit, so that guessing keys is limited too.
      preParsing: (request, _reply, _payload, done) => {
        if (!isSameOrigin(request.headers, config.publicBaseUrl)) throw foreignOrigin();
        assertMayStart(config, request.headers);
        done();
      },
    },
    async (request) => {
      if (context.isShuttingDown) throw shuttingDown();
      const { headers, body } = request;
      const caller = principalOf(config, headers) ?? '';
      return idempotency.run({ key: headers['idempotency-key'], caller, body }, () => {
        const { conversation_name: name, recording, consent } = body ?? {};
        if (consent !== undefined) assertEvidence(consent, context);
        const start = startConversation(context, { name, recording, consent }, request.log);
        return context.inFlight.track(start);
      });
    },
  );

  app.get(
    '/tavus/start',
    { schema: { summary: 'Not allowed: a link must not cost money.', response: problems(405) } },
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

/**
 * Inside the idempotent run, so that the first outcome of a start is answered again whatever the time.
 * @throws Problem 400
 */
function assertEvidence(consent: Consent, { config, clock }: AppContext): void {
  const knownVersions = config.consentTextVersions;
  const wrong = consentProblems(consent, { knownVersions, nowMs: clock.now() });
  if (wrong.length > 0) throw invalidFields(wrong);
}
