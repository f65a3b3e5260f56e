import { defined } from '../../../contract/defined';
import type { App } from '../../http/fastify-types';
import { REASONS } from '../../ledger/fact-words';
import { listPage } from '../../ledger/list-page';
import type { Summary } from '../../ledger/summary';
import { CAUSES, isCause } from '../../watch/causes';
import type { AppContext } from '../app-context';
import { problems } from '../schemas';
import type { ForOperators } from './operators';
import { list, listQuery, operatorHeaders } from './schemas';

const ROWS = 50;

export const isoTime = (ms: number): string => new Date(ms).toISOString();

const isReason = (cause: string): cause is keyof typeof REASONS => Object.hasOwn(REASONS, cause);

/** Why a state applies; for a start that created nothing, the type of its problem. */
function causeWords(cause: string | undefined): string | undefined {
  if (isCause(cause)) return CAUSES[cause].sentence;
  if (cause === undefined || !isReason(cause)) return cause;
  return `Not recorded: ${REASONS[cause]}.`;
}

/** One row of the list. */
export function rowOf({
  start,
  conversation,
  name,
  at,
  state,
  cause,
  held,
  recordings,
  recordingCount,
}: Summary) {
  const newest = recordings.at(-1);
  return {
    start_id: start,
    ...defined({ conversation_id: conversation, name }),
    at: isoTime(at),
    state,
    ...defined({ held, cause: causeWords(cause) }),
    recording_count: recordingCount,
    ...defined({
      size: newest?.bytes,
      duration_sec: newest?.durationSec,
      expires_at: newest?.expiresAt === undefined ? undefined : isoTime(newest.expiresAt),
    }),
  };
}

/** `GET /recordings/api/conversations`: all starts, including those without a recording. */
export function addList(app: App, { ledger, now }: AppContext, options: ForOperators): void {
  app.get(
    '/recordings/api/conversations',
    {
      ...options,
      schema: {
        summary: 'Conversations and the state of their recordings, newest first.',
        headers: operatorHeaders,
        querystring: listQuery,
        response: { 200: list, ...problems(400, 401, 403, 421, 429, 500, 503) },
      },
    },
    async ({ query: { after, state, held, name, day } }) => {
      const page = await listPage(ledger, {
        after,
        nowMs: now(),
        limit: ROWS,
        states: state,
        isHeld: held === 'true',
        name,
        dayMs: day === undefined ? undefined : Date.parse(day),
      });
      const { starts, next, lookedBackToMs } = page;
      return {
        conversations: starts.map(rowOf),
        ...defined({
          next,
          looked_back_to: lookedBackToMs === undefined ? undefined : isoTime(lookedBackToMs),
        }),
      };
    },
  );
}
