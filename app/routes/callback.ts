import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CALLBACK_ROUTE } from '../../contract/callback-path';
import { callbackPayload } from '../callbacks/payload';
import { receiveCallback } from '../callbacks/receive';
import type { App } from '../http/fastify-types';
import { parseJson } from '../http/json';
import { limited } from '../http/limits';
import { HttpProblem } from '../http/problem';
import { sendProblem, toProblem } from '../http/error-handler';
import { badRequest, notFound } from '../http/problems';
import { evidence } from '../log/logger';
import { callerAddress } from '../security/caller-address';
import { isStartId } from '../security/start-id';
import { callbackAnswer, callbackParams, problems } from './schemas';
import type { AppContext } from './app-context';

/** A longer body is a transcript; refusing it loses nothing that we need. */
const MOST_BYTES = 256 * 1024;

/**
 * `POST /tavus/callback/:start_id/:token`: an event from Tavus. The address is the only proof of origin, so it is checked
 * before the body is read; a wrong one gets a plain 404. Only wrong ones are rate-limited, because a lost callback may hide
 * a recording.
 */
export async function addCallback(app: App, context: AppContext): Promise<void> {
  await app.register((scope, _options, done) => {
    readAnyTypeAsJson(scope);
    route(scope, context);
    done();
  });
}

/** Tavus documents JSON bodies but no content type. */
function readAnyTypeAsJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(String(body)));
    } catch {
      done(badRequest('The body is not JSON.'));
    }
  });
}

function route(scope: App, context: AppContext): void {
  const { callbackTokens, clock, config, limits } = context;
  const isOurs = ({ params }: Pick<FastifyRequest, 'params'>): boolean => {
    const { start_id: startId, token }: { start_id?: unknown; token?: unknown } = Object(params);
    return (
      typeof startId === 'string' &&
      typeof token === 'string' &&
      isStartId(startId) &&
      callbackTokens?.isOurs(startId, token, clock.now()) === true
    );
  };
  scope.post(
    CALLBACK_ROUTE,
    {
      ...limited(limits?.others, (request) => (isOurs(request) ? undefined : callerAddress(config, request))),
      bodyLimit: MOST_BYTES,
      schema: {
        summary: 'For Tavus only. The backend makes the address, and the address authenticates the call.',
        params: callbackParams,
        body: callbackPayload,
        response: { 200: callbackAnswer, ...problems(400, 404, 408, 413, 421, 429, 500, 503) },
      },
      preParsing: (request, _reply, _payload, done) => {
        if (!isOurs(request)) throw notFound();
        done();
      },
      // Logs refused callbacks with a valid address: their content is lost, and may have announced a recording.
      errorHandler(error: Error, request, reply) {
        const problem = toProblem(error, context.mask);
        const { status, detail, cause } = problem.parts;
        if (status < 500 && isOurs(request)) {
          const reason = cause === FOREIGN ? FOREIGN : detail;
          evidence(request.log).warn({ status, reason }, 'Callback refused');
        }
        void sendProblem(problem, request, reply);
      },
    },
    async (request) => {
      const { params, body, log } = request;
      const reception = await receiveCallback(context, params.start_id, body, log);
      if (reception === 'foreign') throw foreign();
      if (reception === 'unverified') throw unverified();
      return { received: true as const };
    },
  );
}

const FOREIGN = 'It names a conversation that this start did not make.';

/** Answered like a wrong address; only the log has the reason. */
const foreign = (): HttpProblem => new HttpProblem({ ...notFound().parts, cause: FOREIGN });

const unverified = (): HttpProblem =>
  new HttpProblem({
    type: 'tavus-unreachable',
    status: 503,
    title: 'Callback could not be verified',
    detail: 'The ledger does not know the conversation, and the request to Tavus failed. Send it again.',
    headers: { 'retry-after': '60' },
  });
