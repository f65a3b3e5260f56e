import { defined } from '../../contract/defined';
import { findStart, type CatchUp } from '../callbacks/catch-up';
import type { App } from '../http/fastify-types';
import type { Fact } from '../ledger/facts';
import { stateOf, STATES } from '../ledger/states';
import { CAUSES, isCause } from '../watch/causes';
import { limited } from '../http/limits';
import { assertStartedBy, pageCaller } from './page-access';
import { conversationParams, pageTokenHeaders, problems, recordingStatus } from './schemas';
import type { AppContext } from './app-context';

/** The recording's status as a page sees it. */
export function statusOf(isRecorded: boolean, facts: readonly Fact[]) {
  const { state, cause, recordings } = stateOf(facts);
  return {
    recording: isRecorded ? state : ('not-expected' as const),
    ...defined({ cause: isCause(cause) ? CAUSES[cause].sentence : undefined }),
    recordings: recordings.map(({ key, verified, bytes }) => ({
      key,
      verified,
      ...defined({ size: bytes }),
    })),
  };
}

/** `GET /tavus/status/:conversation_id`. */
export function addStatus(app: App, context: AppContext, catchUp: CatchUp): void {
  app.get(
    '/tavus/status/:conversation_id',
    {
      ...limited(context.limits?.others, pageCaller(context)),
      schema: {
        summary: 'Status of the recording. Until it has landed, asks Tavus at most every ten seconds.',
        params: conversationParams,
        headers: pageTokenHeaders,
        response: { 200: recordingStatus, ...problems(403, 404, 421, 429, 500, 502, 503, 504) },
      },
    },
    async (request) => {
      const { conversation_id: id } = request.params;
      const { isRecorded } = assertStartedBy(context, request, id);
      if (!isRecorded) return statusOf(false, []);
      const known = await findStart(context.ledger, id);
      if (known !== undefined && STATES[stateOf(known.facts).state].isFinal)
        return statusOf(true, known.facts);
      const problem = await catchUp.ask(id, request.log);
      const start = await findStart(context.ledger, id);
      if (start !== undefined) return statusOf(true, start.facts);
      throw problem ?? new Error('Tavus answered, but the ledger still does not know the conversation.');
    },
  );
}
