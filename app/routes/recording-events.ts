import { withStart, type RecordingFacts } from '../conversations/recording-state';
import type { App } from '../http/fastify-types';
import { limited } from '../http/limits';
import { timeProblem } from '../http/plausible-time';
import { invalidFields } from '../http/problems';
import { evidence } from '../log/logger';
import { hideMailAddresses } from '../log/mask';
import { assertStartedBy, pageCaller, startedByOnly } from './page-access';
import {
  conversationParams,
  pageTokenHeaders,
  problems,
  MOST_MESSAGE,
  recordingEventBody,
  recordingStatus,
} from './schemas';
import { statusOf } from './status';
import type { AppContext } from './app-context';

/** Of which kind of report the latest is kept. */
const FACT_OF = {
  joined: undefined,
  left: undefined,
  asked: undefined,
  'recording-started': 'startedAt',
  'recording-stopped': 'stoppedAt',
  'recording-error': 'errorAt',
} as const satisfies Record<string, keyof RecordingFacts | undefined>;

/**
 * The clock of a device may be wrong by hours, and its report counts all the same. Years away would decide for good which
 * report is the latest.
 */
const WINDOW = { agoMs: 24 * 3_600_000, aheadMs: 24 * 3_600_000 };

const LINE_OF = {
  joined: 'Page joined the call',
  left: 'Page left the call',
  asked: 'Page asked for the recording',
  'recording-started': 'Recording started',
  'recording-stopped': 'Recording stopped',
  'recording-error': 'Recording refused or broken off',
} as const;

/** `POST /tavus/recording-events/:conversation_id`: only the page can know, because only it can start a recording. */
export function addRecordingEvents(app: App, context: AppContext): void {
  app.post(
    '/tavus/recording-events/:conversation_id',
    {
      ...limited(context.limits?.others, pageCaller(context)),
      ...startedByOnly(context),
      schema: {
        summary: 'Report what the room says about the recording.',
        params: conversationParams,
        headers: pageTokenHeaders,
        body: recordingEventBody,
        response: { 200: recordingStatus, ...problems(400, 403, 404, 408, 413, 415, 421, 429, 500) },
      },
    },
    (request) => {
      const { conversation_id: id } = request.params;
      const { event, at, message, page_token: token } = request.body;
      const { isRecorded } = assertStartedBy(context, request, id, token);
      const conversation = context.registry.find(id) ?? context.registry.adopt(id, undefined);
      const nowMs = context.clock.now();
      const wrong = timeProblem(at, nowMs, WINDOW);
      if (wrong !== undefined) throw invalidFields([{ field: 'body.at', problem: wrong }]);
      const fact = FACT_OF[event];
      const atMs = Date.parse(at);
      // Reports may overtake each other; the latest of a kind counts.
      if (fact !== undefined) {
        const latest = Math.max(conversation.facts[fact] ?? atMs, atMs);
        const facts = { ...conversation.facts, [fact]: latest };
        conversation.facts =
          event === 'recording-started' ? withStart(facts, { at: atMs, receivedMs: nowMs }) : facts;
      }
      const words =
        message === undefined ? {} : { message: context.mask(hideMailAddresses(message), MOST_MESSAGE) };
      const level = event === 'recording-error' ? 'warn' : 'info';
      // Nobody else knows of it: no callback tells.
      evidence(request.log)[level]({ conversation_id: id, at, ...words }, LINE_OF[event]);
      return statusOf(isRecorded, conversation);
    },
  );
}
