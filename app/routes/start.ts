import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import * as z from 'zod';
import { END_MS } from '../../contract/deadlines';
import { consentProblems } from '../conversations/consent';
import type { RecordingConsent } from '../conversations/recording-decision';
import { notRecordedReason } from '../ledger/facts';
import { endUntold, endUnseen, startConversation, type RunningStart } from '../conversations/start';
import type { App } from '../http/fastify-types';
import { Handover, type AnswerDelivered } from '../http/handover';
import { limited, type CallerOf } from '../http/limits';
import { HttpProblem } from '../http/problem';
import { foreignOrigin, invalidFields, shuttingDown } from '../http/problems';
import { Idempotency, isShortKey } from '../ledger/idempotency';
import type { LedgerRow } from '../ledger/store';
import { assertMayStart, mayStart, principalOf } from '../security/access';
import { assertMayProve } from '../security/operator';
import { callerAddress } from '../security/caller-address';
import { isSameOrigin } from '../security/same-origin';
import { problems, startBody, started, startHeaders } from './schemas';
import type { AppContext } from './app-context';

/** How long a lost caller, such as a phone that changes networks, may take to repeat its request with its key. */
const LOST_CALLER_MS = 30_000;

/** The answer as stored with an idempotency key, for an hour. */
const keptRunning = z.object({
  startId: z.string(),
  isKept: z.boolean(),
  answer: started.extend({
    recording: z.union([
      z.object({ enabled: z.literal(true) }),
      z.object({ enabled: z.literal(false), reason: notRecordedReason }),
    ]),
  }),
});

/** Namespace of an idempotency key: the signed-in caller, else the start key, else this machine. */
function keySpace(context: AppContext, headers: IncomingHttpHeaders): string {
  const principal = principalOf(context, headers);
  if (principal !== undefined) return `principal ${principal}`;
  return context.config.startApiKey === undefined ? 'loopback' : 'start key';
}

/** Resolves when the response is sent or its connection closed. */
const told = (response: ServerResponse): AnswerDelivered =>
  new Promise((resolve) => {
    const done = (): void => resolve(response.writableFinished);
    if (response.closed) done();
    else response.once('close', done);
  });

/** The rate limit key of a start: the principal, else the address, kept apart for allowed and refused callers. */
export const starter =
  (context: AppContext): CallerOf =>
  (request) => {
    const { config } = context;
    const { headers } = request;
    const isAllowed = isSameOrigin(headers, config.publicBaseUrl) && mayStart(context, headers);
    const principal = isAllowed ? principalOf(context, headers) : undefined;
    if (principal !== undefined) return `principal ${principal}`;
    return `${isAllowed ? 'allowed' : 'refused'} ${callerAddress(config, request)}`;
  };

/** `POST /tavus/start`: the only route that costs money. */
export function addStart(app: App, context: AppContext): void {
  const { config, clock, inFlight, shutdown, slots } = context;
  const idempotency = new Idempotency<RunningStart>({
    ...context,
    secrets: config.callbackSecrets,
    track: (work) => inFlight.track(work),
    read: (value): RunningStart => keptRunning.parse(value),
  });

  app.post(
    '/tavus/start',
    {
      ...limited(context.limits?.starts, starter(context)),
      schema: {
        summary: 'Start a conversation. Tavus bills it from now on.',
        headers: startHeaders,
        body: startBody,
        response: {
          200: started,
          ...problems(400, 401, 402, 403, 408, 409, 410, 413, 415, 421, 422, 429, 500, 502, 503, 504),
        },
      },
      // Before the body is read, and after the limit, so that guessing keys is limited too.
      preParsing: (request, _reply, _payload, done) => {
        if (!isSameOrigin(request.headers, config.publicBaseUrl)) throw foreignOrigin();
        assertMayStart(context, request.headers);
        done();
      },
    },
    async (request, reply) => {
      const { headers, body, log } = request;
      const { 'idempotency-key': key } = headers;
      const { conversation_name: name, recording, consent, proof } = body ?? {};
      const isProof = proof === true;
      if (isProof) assertMayProve(context, headers);
      const options = { name, recording, consent, principal: principalOf(context, headers), isProof };
      const mayBegin = (): void => {
        if (shutdown.aborted) throw shuttingDown();
        if (consent !== undefined) assertEvidence(consent, context);
      };
      const unkeyed = (): Handover<RunningStart> => {
        const begin = async (): Promise<RunningStart> => {
          mayBegin();
          return startConversation(context, { options, claim: undefined }, log);
        };
        return new Handover(inFlight.track(begin()), {
          // Without a key the caller cannot ask for it again.
          patience: () => Promise.resolve(),
          undo: (lost) => endUntold(context, lost, undefined, log),
        });
      };
      const keyed = (used: string): Handover<RunningStart> => {
        let seenSlots: Promise<readonly LedgerRow[]> | undefined;
        return idempotency.of(
          { key: used, space: keySpace(context, headers), body },
          {
            mayBegin: () => {
              mayBegin();
              // In parallel with claiming the key: one wait less before the create call.
              seenSlots = slots.look();
              seenSlots.catch(() => undefined);
            },
            begin: (claim) => {
              if (isShortKey(used)) {
                log.warn(
                  { length: used.length },
                  'Idempotency-Key with fewer than 16 characters: send a random UUID',
                );
              }
              return startConversation(context, { options, claim, seenSlots }, log);
            },
            patience: () => clock.sleep(LOST_CALLER_MS, shutdown),
            undo: (lost, claim) => endUntold(context, lost, claim, log),
            endCutOff: (cutOff) => endUnseen(context, { ...cutOff, isKept: true }, END_MS, log),
          },
        );
      };
      const handover = key === undefined ? unkeyed() : keyed(key);
      const { answer } = await handover.tell(told(reply.raw), (lost) => inFlight.track(lost));
      return answer;
    },
  );

  app.get(
    '/tavus/start',
    { schema: { summary: 'Not allowed: a link must not cost money.', response: problems(403, 405, 421) } },
    () => {
      throw new HttpProblem({
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
 * Part of the idempotent run, so that a repeated request gets the first outcome even when the consent has become too old.
 * @throws HttpProblem 400
 */
function assertEvidence(consent: RecordingConsent, { config, clock }: AppContext): void {
  const knownVersions = config.consentTextVersions;
  const wrong = consentProblems(consent, { knownVersions, nowMs: clock.now() });
  if (wrong.length > 0) throw invalidFields(wrong);
}
