import { defined } from '../../../contract/defined';
import type { App } from '../../http/fastify-types';
import { timeWords } from '../../ledger/fact-words';
import { assertOperator } from '../../security/operator';
import type { AppContext } from '../app-context';
import { problems } from '../schemas';
import type { ForOperators } from './operators';
import { access, operatorHeaders } from './schemas';

/** What makes the list say less than an operator may think. */
function notesOf({ config, recordings }: AppContext): string[] {
  const sinceMs = recordings?.unreadableSinceMs;
  const notes = [
    config.ledger.place === undefined &&
      'The ledger is in memory: the next restart forgets what is listed here. Set LEDGER_URL.',
    config.recording === undefined &&
      'Recording is off: new conversations are not recorded. Set TAVUS_ENABLE_RECORDING.',
    config.recording !== undefined &&
      recordings === undefined &&
      'This backend may not look into the bucket: it knows only what Tavus announces, and nothing can be played. Set RECORDINGS_ACCESS, see docs/settings.md.',
    sinceMs !== undefined &&
      `The bucket cannot be read since ${timeWords(sinceMs)}. The log says why, and \`npx recordings doctor\` what to do.`,
  ];
  return notes.filter((note) => note !== false);
}

/** `GET /recordings/api/access`: the page learns at once whether the key is right, and whom it speaks to. */
export function addOperatorAccess(app: App, context: AppContext, options: ForOperators): void {
  app.get(
    '/recordings/api/access',
    {
      ...options,
      schema: {
        summary: 'Whether the caller may see recordings, and as whom.',
        headers: operatorHeaders,
        response: { 200: access, ...problems(401, 403, 421, 429, 503) },
      },
    },
    ({ headers }) => {
      const operator = assertOperator(context, headers);
      const name = operator.by === 'sign-in' ? operator.name : undefined;
      return { by: operator.by, ...defined({ name }), notes: notesOf(context) };
    },
  );
}
