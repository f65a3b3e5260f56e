import type { App } from '../http/fastify-types';
import { factOf, factsOf, TAVUS_EVENTS, type Fact } from '../ledger/facts';
import { limited } from '../http/limits';
import { problemOf } from '../tavus/errors';
import { isOver } from '../tavus/outcome';
import { sendCarefully } from '../tavus/retry';
import { assertStartedBy, pageCaller, startedByOnly } from './page-access';
import { conversationParams, endBody, ended, pageTokenHeaders, problems } from './schemas';
import type { AppContext } from './app-context';

/** For all tries together; the page gives up after 10 s. */
const END_MS = 15_000;

/** `POST /tavus/end/:conversation_id`. Idempotent. */
export function addEnd(app: App, context: AppContext): void {
  app.post(
    '/tavus/end/:conversation_id',
    {
      ...limited(context.limits?.others, pageCaller(context)),
      ...startedByOnly(context),
      schema: {
        summary: 'End a conversation. Repeating it does no harm.',
        params: conversationParams,
        headers: pageTokenHeaders,
        body: endBody,
        response: { 200: ended, ...problems(400, 403, 404, 408, 413, 415, 421, 429, 500, 502, 503, 504) },
      },
    },
    async (request) => {
      const { conversation_id: id } = request.params;
      assertStartedBy(context, request, id, request.body?.page_token);
      const { ledger, slots } = context;
      const startId = await ledger.startOf(id);
      if (startId !== undefined && isEnded(await ledger.facts(startId))) return endedAnswer(id);
      const exchange = await sendCarefully(
        (leftMs) => context.tavus.endConversation(id, leftMs),
        context.clock,
        END_MS,
      );
      if (!isOver(exchange)) throw problemOf(exchange, context.mask);
      request.log.info({ conversation_id: id }, 'Conversation ended by its page');
      if (startId !== undefined) {
        const at = context.clock.now();
        await ledger.add(startId, { kind: 'page', at, pageAt: at, event: 'ended', reportId: 'ended' });
        await slots.free(startId);
        await context.lookNow(startId);
      }
      return endedAnswer(id);
    },
  );
}

const endedAnswer = (id: string) => ({ conversation_id: id, status: 'ended' as const });

/** Whether a call is over: Tavus reported it, accepted our request to end it, or the conversation was erased. */
const isEnded = (facts: readonly Fact[]): boolean =>
  factOf(facts, 'erased') !== undefined ||
  factsOf(facts, 'page').some(({ event }) => event === 'ended') ||
  factsOf(facts, 'callback').some(({ event }) => event === TAVUS_EVENTS.shutdown);
