import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { defined } from '../../contract/defined';
import type { CatchUp } from '../callbacks/catch-up';
import type { StartFacts } from '../callbacks/take-in';
import type { App } from '../http/fastify-types';
import { limited } from '../http/limits';
import { timeProblem } from '../http/plausible-time';
import { invalidFields } from '../http/problems';
import { factOf, type FactOf, type PAGE_EVENTS } from '../ledger/facts';
import { evidence } from '../log/logger';
import { hideMailAddresses } from '../log/mask';
import { roomTrouble } from '../qa/record-when-joined';
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

/**
 * A device's clock may be wrong by hours; its report still counts. A report dated years ahead would stay the latest for
 * ever.
 */
const WINDOW = { agoMs: 24 * 3_600_000, aheadMs: 24 * 3_600_000 };

const LINE_OF: Readonly<Record<(typeof PAGE_EVENTS)[number], string>> = {
  joined: 'Page joined the call',
  asked: 'Page asked for the recording',
  left: 'Page left the call',
  'recording-started': 'Recording started',
  'recording-stopped': 'Recording stopped',
  'recording-error': 'Recording refused or broken off',
};

const LEVEL_OF: Readonly<Record<(typeof PAGE_EVENTS)[number], 'debug' | 'info' | 'warn'>> = {
  joined: 'debug',
  asked: 'debug',
  left: 'debug',
  'recording-started': 'info',
  'recording-stopped': 'info',
  'recording-error': 'warn',
};

/** `POST /tavus/recording-events/:conversation_id`: reports of the page, which starts the recording. */
export function addRecordingEvents(app: App, context: AppContext, catchUp: CatchUp): void {
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
    async (request) => {
      const { conversation_id: id } = request.params;
      const { page_token: token, ...report } = request.body;
      const { isRecorded } = assertStartedBy(context, request, id, token);
      const nowMs = context.clock.now();
      const wrong = timeProblem(report.at, nowMs, WINDOW);
      if (wrong !== undefined) throw invalidFields([{ field: 'body.at', problem: wrong }]);
      const words =
        report.message === undefined
          ? undefined
          : context.mask(hideMailAddresses(report.message), MOST_MESSAGE);
      const start = await catchUp.find(id, request.log);
      const fact = pageFact(report, nowMs);
      const added = start === undefined ? 'unknown' : await keep(context, start, fact, words);
      if (added !== 'known') {
        // No callback carries the room's messages, so the log keeps them. The rest is in the ledger.
        const level = LEVEL_OF[report.event];
        const log = level === 'debug' ? request.log : evidence(request.log);
        log[level](
          { conversation_id: id, at: report.at, ...defined({ message: words }) },
          LINE_OF[report.event],
        );
      }
      return statusOf(isRecorded, [...(start?.facts ?? []), fact]);
    },
  );
}

type ReportBody = Omit<z.output<typeof recordingEventBody>, 'page_token'>;

function pageFact(report: ReportBody, at: number): FactOf<'page'> {
  const { event, report_id, page_session: session, recording_id, instance_id, message } = report;
  // Front ends of the previous version send no report id; this one is the same for a repeated report.
  const reportId = report_id ?? createHash('sha256').update(`${event}\n${report.at}`).digest('hex');
  return {
    kind: 'page',
    at,
    pageAt: Date.parse(report.at),
    event,
    reportId,
    ...defined({ session, recordingId: recording_id, instanceId: instance_id }),
    ...(event === 'recording-error' ? { error: message === undefined ? 'other' : roomTrouble(message) } : {}),
  };
}

async function keep(
  { ledger, lookNow }: AppContext,
  { startId, facts }: StartFacts,
  fact: FactOf<'page'>,
  words: string | undefined,
): Promise<'added' | 'known' | 'too-many'> {
  if (factOf(facts, 'erased') !== undefined) return 'known';
  const { at, reportId } = fact;
  const person =
    words === undefined ? undefined : ({ kind: 'person', at, of: `page:${reportId}`, words } as const);
  const added = await ledger.addTold(startId, facts, fact, person);
  if (added === 'added') await lookNow(startId);
  return added;
}
