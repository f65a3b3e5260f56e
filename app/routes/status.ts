import { defined } from '../../contract/defined';
import { callbackPayload } from '../callbacks/payload';
import { applyCallback } from '../callbacks/apply';
import { startIdIn } from '../callbacks/receive';
import { recordingState, type RecordingState } from '../conversations/recording-state';
import type { Conversation } from '../conversations/registry';
import type { App } from '../http/fastify-types';
import { limited } from '../http/limits';
import type { Log } from '../log/logger';
import { conversationAnswer } from '../tavus/answers';
import { problemOf } from '../tavus/errors';
import { assertStartedBy, pageCaller } from './page-access';
import { conversationParams, pageTokenHeaders, problems, recordingStatus } from './schemas';
import type { AppContext } from './app-context';

interface Status {
  recording: RecordingState;
  key?: string;
}

/** What a page is told. */
export function statusOf(isRecorded: boolean, { facts }: Pick<Conversation, 'facts'>): Status {
  const { landedKey: key } = facts;
  return { recording: recordingState(isRecorded, facts), ...defined({ key }) };
}

/** `GET /tavus/status/:conversation_id`. */
export function addStatus(app: App, context: AppContext): void {
  app.get(
    '/tavus/status/:conversation_id',
    {
      ...limited(context.limits?.others, pageCaller(context)),
      schema: {
        summary: 'What is known about the recording.',
        params: conversationParams,
        headers: pageTokenHeaders,
        response: { 200: recordingStatus, ...problems(403, 404, 421, 429, 500, 502, 503, 504) },
      },
    },
    async (request) => {
      const { conversation_id: id } = request.params;
      const { isRecorded } = assertStartedBy(context, request, id);
      if (!isRecorded) return statusOf(false, { facts: {} });
      return statusOf(true, context.registry.find(id) ?? (await learn(context, id, request.log)));
    },
  );
}

/** After a restart Tavus still knows which callbacks it sent. */
async function learn(context: AppContext, id: string, log: Log): Promise<Conversation> {
  const exchange = await context.tavus.getConversation(id, true);
  const answer = exchange.kind === 'answered' ? conversationAnswer.safeParse(exchange.body).data : undefined;
  if (answer?.conversation_id !== id) throw problemOf(exchange, context.mask);
  const conversation = context.registry.adopt(id, startIdIn(answer.callback_url ?? ''));
  for (const event of answer.events ?? []) {
    const payload = callbackPayload.omit({ conversation_id: true }).safeParse(event);
    if (payload.success) applyCallback(context, conversation, { ...payload.data, conversation_id: id }, log);
  }
  return conversation;
}
