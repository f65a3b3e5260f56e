import { defined } from '../../contract/defined';
import { CatchUp } from '../callbacks/catch-up';
import { recordingState, type RecordingState } from '../conversations/recording-state';
import type { Conversation } from '../conversations/registry';
import type { App } from '../http/fastify-types';
import { limited } from '../http/limits';
import { assertStartedBy, pageCaller } from './page-access';
import { conversationParams, pageTokenHeaders, problems, recordingStatus } from './schemas';
import type { AppContext } from './app-context';

interface Status {
  recording: RecordingState;
  key?: string;
  recordings: { key: string; verified: boolean }[];
}

/** What a page is told. */
export function statusOf(isRecorded: boolean, { facts }: Pick<Conversation, 'facts'>): Status {
  const keys = (facts.recordings ?? []).filter(({ hasLanded }) => hasLanded).map(({ key }) => key);
  return {
    recording: recordingState(isRecorded, facts),
    ...defined({ key: keys.at(-1) }),
    // Tavus announced them; nobody looked into the bucket.
    recordings: keys.map((key) => ({ key, verified: false })),
  };
}

/** `GET /tavus/status/:conversation_id`. */
export function addStatus(app: App, context: AppContext): void {
  const catchUp = new CatchUp(context);
  app.get(
    '/tavus/status/:conversation_id',
    {
      ...limited(context.limits?.others, pageCaller(context)),
      schema: {
        summary: 'What is known about the recording. Until it has landed, Tavus is asked every ten seconds.',
        params: conversationParams,
        headers: pageTokenHeaders,
        response: { 200: recordingStatus, ...problems(403, 404, 421, 429, 500, 502, 503, 504) },
      },
    },
    async (request) => {
      const { conversation_id: id } = request.params;
      const { isRecorded } = assertStartedBy(context, request, id);
      if (!isRecorded) return statusOf(false, { facts: {} });
      const known = context.registry.find(id);
      if (known !== undefined && recordingState(true, known.facts) === 'landed') return statusOf(true, known);
      const problem = await catchUp.ask(id, request.log);
      const conversation = context.registry.find(id);
      if (conversation !== undefined) return statusOf(true, conversation);
      throw problem ?? new Error('Tavus answered, and the conversation is not known all the same.');
    },
  );
}
