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
import { assertStartedBy } from './page-access';
import { conversationParams, pageTokenHeaders, problems, recordingStatus } from './schemas';
import type { World } from './world';

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
export function addStatus(app: App, world: World): void {
  app.get(
    '/tavus/status/:conversation_id',
    {
      ...limited(world.limits?.others),
      schema: {
        summary: 'What is known about the recording.',
        params: conversationParams,
        headers: pageTokenHeaders,
        response: { 200: recordingStatus, ...problems(403, 404, 429, 500, 502, 503, 504) },
      },
    },
    async (request) => {
      const { conversation_id: id } = request.params;
      const { isRecorded } = assertStartedBy(world, request, id);
      if (!isRecorded) return statusOf(false, { facts: {} });
      return statusOf(true, world.registry.find(id) ?? (await learn(world, id, request.log)));
    },
  );
}

/** After a restart Tavus still knows which callbacks it sent. */
async function learn(world: World, id: string, log: Log): Promise<Conversation> {
  const exchange = await world.tavus.getConversation(id, true);
  const answer = exchange.kind === 'answered' ? conversationAnswer.safeParse(exchange.body).data : undefined;
  if (answer?.conversation_id !== id) throw problemOf(exchange, world.mask);
  const conversation = world.registry.adopt(id, startIdIn(answer.callback_url ?? ''));
  for (const event of answer.events ?? []) {
    const payload = callbackPayload.omit({ conversation_id: true }).safeParse(event);
    if (payload.success) applyCallback(world, conversation, { ...payload.data, conversation_id: id }, log);
  }
  return conversation;
}
