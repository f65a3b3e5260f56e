import { defined } from '../../../contract/defined';
import type { App } from '../../http/fastify-types';
import { timeWords } from '../../ledger/fact-words';
import { NO_ACCESS_NOTE, UNREADABLE_NOTE } from '../../recordings/access-notes';
import { assertOperator } from '../../security/operator';
import type { AppContext } from '../app-context';
import { problems } from '../schemas';
import type { ForOperators } from './operators';
import { access, operatorHeaders } from './schemas';

/** Limits of the list that an operator must know. */
function notesOf({ config, recordings }: AppContext): string[] {
  const sinceMs = recordings?.unreadableSinceMs;
  const notes = [
    config.ledger.location === undefined &&
      'The ledger is in memory: the next restart loses this list. Set LEDGER_URL.',
    config.recording === undefined &&
      'Recording is off: new conversations are not recorded. Set TAVUS_ENABLE_RECORDING.',
    config.recording !== undefined && recordings === undefined && NO_ACCESS_NOTE,
    sinceMs !== undefined &&
      `${UNREADABLE_NOTE} ${timeWords(sinceMs)}. The log says why; run \`npx recordings doctor\` to find the fix.`,
  ];
  return notes.filter((note) => note !== false);
}

/** `GET /recordings/api/access`: tells the page whether the key is right, and who is signed in. */
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
